"""Shows scripts and pictures that would run in the instructor's browser."""

INCIDENT = None  # it is shown as what it is; pages are cleaned where they are written
CONTROL = None  # the control writes no pages

# %% first
from IPython.display import HTML, SVG, Javascript, Markdown, display

display(HTML("<script>document.title = 'mine'</script><img src=x onerror=alert(1)><iframe srcdoc='x'></iframe>"))
display(SVG(data="<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"))
display(Javascript("alert(1)"))
display(Markdown("[x](javascript:alert(1))<svg/onload=alert(1)>"))
