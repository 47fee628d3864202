# A failing import shows the module's frame.
import _broken
