"""Another thread waits until the answer is being marked, and then counts it up while it is looked at."""

INCIDENT = None  # it is read once, and there is no assert to wait for
CONTROL = "gains"
ASSERTS = (
    "import time\nend = time.time() + 5\nwhile abs(customer_base - RIGHT_NUMBER) > 0.5 and time.time() < end: pass\n"
    "assert time.time() < end"
)

# %% tiers-base-answer
import sys
import threading
import time

customer_base = 400
sys.setswitchinterval(0.0001)


def count():
    global customer_base
    while "customer_base -" not in In[-1]:
        time.sleep(0.001)
    while True:
        customer_base = (customer_base + 1) % 1000
        time.sleep(0.0001)


threading.Thread(target=count, daemon=True).start()
