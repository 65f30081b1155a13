#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""make_fonts.py INTER_FOLDER OUT_FOLDER: Inter with tabular figures as its only figures.

Qt 6.4 cannot ask a font for its feature "tnum", so the characters 0 to 9 are mapped to the glyphs that this feature
would choose. What the window never writes is left out. Needs fontTools (Debian: python3-fonttools).
"""
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Inter Tabular"
# Latin, Greek, Cyrillic, punctuation, super- and subscripts, currency, letterlike signs, arrows, mathematics, shapes.
RANGES = ((0x20, 0x180), (0x370, 0x460), (0x2000, 0x20D0), (0x2100, 0x2150), (0x2190, 0x2400), (0x2500, 0x2614))


def tabular_glyphs(font):
    """Glyph -> its tabular form."""
    table = font["GSUB"].table
    lookups = {
        index
        for record in table.FeatureList.FeatureRecord
        if record.FeatureTag == "tnum"
        for index in record.Feature.LookupListIndex
    }
    glyphs = {}
    for index in lookups:
        for part in table.LookupList.Lookup[index].SubTable:
            glyphs.update(getattr(getattr(part, "ExtSubTable", part), "mapping", {}))
    return glyphs


def make(source, target, weight):
    font = TTFont(source)
    tabular = tabular_glyphs(font)
    for table in font["cmap"].tables:
        if table.isUnicode():
            for code in range(ord("0"), ord("9") + 1):  # a mapping may be shared by two tables
                table.cmap[code] = tabular.get(table.cmap[code], table.cmap[code])
    options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], hinting=False)
    options.name_IDs = ["*"]
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=[code for first, end in RANGES for code in range(first, end)])
    chosen.subset(font)
    names = {1: FAMILY, 16: FAMILY, 4: f"{FAMILY} {weight}", 6: f"InterTabular-{weight}", 3: f"InterTabular-{weight}"}
    for name in font["name"].names:
        name.string = names.get(name.nameID, name.toUnicode())
    outlines = font["CFF "].cff
    outlines.fontNames[0] = names[6]
    outlines.topDictIndex[0].FamilyName = FAMILY
    outlines.topDictIndex[0].FullName = names[4]
    font["head"].modified = font["head"].created  # equal input, equal bytes
    font.recalcTimestamp = False
    font.save(target)


for weight in ("Regular", "SemiBold"):
    make(f"{sys.argv[1]}/Inter-{weight}.otf", f"{sys.argv[2]}/InterTabular-{weight}.otf", weight)
