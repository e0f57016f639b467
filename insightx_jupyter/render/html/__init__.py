"""The record as one piece of html that needs no style sheet, script or network.

A light card on its own white ground in every theme, since an inline style cannot
ask for the theme. Where a sanitizer takes the styles away, headings, tables,
lists and folds still read in order.
"""
