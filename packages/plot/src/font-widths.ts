// Made by scripts/make-font.py from DejaVu Sans 2.37.

/** Advance widths of U+0020 to U+007E in thousandths of the font size. */
export const WIDTHS: readonly number[] = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
  636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
  748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
  615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
  337, 636, 838,
];

/** Advance widths of the signs and raised digits that labels of axes need. */
export const SIGN_WIDTHS: ReadonlyMap<number, number> = new Map([
  [0x2212, 838],
  [0xd7, 838],
  [0x2070, 401],
  [0xb9, 401],
  [0xb2, 401],
  [0xb3, 401],
  [0x2074, 401],
  [0x2075, 401],
  [0x2076, 401],
  [0x2077, 401],
  [0x2078, 401],
  [0x2079, 401],
  [0x207b, 528],
]);

/** First and last code points that the font in this package has. */
export const FONT_RANGES: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x370, 0x3ff],
  [0x400, 0x45f],
  [0x2010, 0x2026],
  [0x2030, 0x2033],
  [0x2070, 0x209c],
  [0x20ac, 0x20ac],
  [0x2190, 0x2195],
  [0x21d0, 0x21d4],
  [0x2200, 0x221e],
  [0x2227, 0x222b],
  [0x2248, 0x2248],
  [0x2260, 0x2265],
  [0x2713, 0x2717],
];
