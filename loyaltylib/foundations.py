"""The foundations: what customer relationship management covers, its deal process, and why loyalty pays.

    customer_scope, customer_body   whom CRM counts as customers; new and old ones   (`foundations_customers`)
    deal_funnel, closing_rate       the five links of a deal   (`foundations_deals`)
    compare_costs, expected_sales   costs and chances, from your own figures   (`foundations_economics`)
    tenure, retention_effect        what retention does to profit, computed   (`foundations_retention`)
    checklist                       what to do: keep and develop   (`foundations_measures`)
    contact_record, staff_training  what the data says of it   (`foundations_records`)
    significance_claims             what is only quoted, with its status   (`foundations_claims`)

Empty tables give counts of 0 and unknown shares; a rate with nothing to divide by raises.
"""

from .foundations_claims import ChanceSource, effect_marks, quoted_chances, significance_claims
from .foundations_customers import UNKNOWN, CustomerBody, StakeholderGroup, customer_body, customer_scope
from .foundations_deals import Link, closing_rate, deal_funnel, example_tables
from .foundations_economics import (
    Chances,
    CostComparison,
    ExpectedSales,
    acquisition_cost,
    compare_costs,
    expected_sales,
)
from .foundations_measures import Checklist, Develop, Keep, ManagementField, NeedsMeasure, checklist
from .foundations_records import StaffTraining, contact_record, database_completeness, staff_training
from .foundations_retention import RetentionEffect, customer_value, retention_effect, retention_effects, tenure
from .foundations_years import CustomerYears, Keeping

__all__ = [
    "UNKNOWN",
    "ChanceSource",
    "Chances",
    "Checklist",
    "CostComparison",
    "CustomerBody",
    "CustomerYears",
    "Develop",
    "ExpectedSales",
    "Keep",
    "Keeping",
    "Link",
    "ManagementField",
    "NeedsMeasure",
    "RetentionEffect",
    "StaffTraining",
    "StakeholderGroup",
    "acquisition_cost",
    "checklist",
    "closing_rate",
    "compare_costs",
    "contact_record",
    "customer_body",
    "customer_scope",
    "customer_value",
    "database_completeness",
    "deal_funnel",
    "effect_marks",
    "example_tables",
    "expected_sales",
    "quoted_chances",
    "retention_effect",
    "retention_effects",
    "significance_claims",
    "staff_training",
    "tenure",
]
