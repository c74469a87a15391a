"""Makes fonts/DejaVuSans-subset.ttf and src/font-widths.ts from DejaVu Sans 2.37.

Usage: python make-font.py DejaVuSans.ttf        (needs fonttools 4)
"""
import sys
from pathlib import Path
from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent.parent
RANGES = [(0x20, 0x7E), (0xA0, 0x17F), (0x370, 0x3FF), (0x400, 0x45F), (0x2010, 0x2026), (0x2030, 0x2033), (0x2070, 0x209C), (0x20AC, 0x20AC),
          (0x2190, 0x2195), (0x21D0, 0x21D4), (0x2200, 0x221E), (0x2227, 0x222B), (0x2248, 0x2248), (0x2260, 0x2265), (0x2713, 0x2717)]
PRINTABLE = range(0x20, 0x7F)
ON_AXES = "\u2212\u00d7\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b"

font = TTFont(sys.argv[1])
options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
subsetter.subset(font)
for table in ("GPOS", "GSUB", "kern", "GDEF"):
    if table in font:
        del font[table]
(HERE / "fonts").mkdir(exist_ok=True)
font.save(HERE / "fonts" / "DejaVuSans-subset.ttf")

cmap, metrics, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
width = lambda code: round(1000 * metrics[cmap[code]][0] / em)
ranges = ", ".join(f"[0x{first:x}, 0x{last:x}]" for first, last in RANGES)
(HERE / "src" / "font-widths.ts").write_text(f"""// Made by scripts/make-font.py from DejaVu Sans 2.37.

/** Advance widths of U+0020 to U+007E in thousandths of the font size. */
export const WIDTHS: readonly number[] = {[width(code) for code in PRINTABLE]};

/** Advance widths of the signs and raised digits that labels of axes need. */
export const SIGN_WIDTHS: ReadonlyMap<number, number> = new Map([{", ".join(f"[0x{ord(c):x}, {width(ord(c))}]" for c in ON_AXES)}]);

/** First and last code points that the font in this package has. */
export const FONT_RANGES: readonly (readonly [number, number])[] = [{ranges}];
""")
