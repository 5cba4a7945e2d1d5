"""Names, comments and texts are Chinese."""

# %% tiers-lapsed-answer
# 超过界限就算流失；到界限的那一天也算
流失界限 = lapse_days


def lapsed(天数):
    """判断客户是否流失。"""
    return 天数 >= 流失界限
