"""How the stand-ins' pages of consent look."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; }
main { max-width: 32rem; margin: 6vh auto; padding: 1.5rem; border: 1px solid GrayText;
  border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.35rem; line-height: 1.3; }
label { display: block; margin-bottom: 1rem; }
select, button { min-height: 2.75rem; padding: .4rem .9rem; font: inherit; border-radius: .5rem; }
select { width: 100%; margin-top: .25rem; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
.quiet { margin: 1rem 0 0; opacity: .75; font-size: .9rem; }
"""
