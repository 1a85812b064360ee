/**
 * The map's fonts, from our own server and loaded before the map is made.
 *
 * MapLibre draws a style without `glyphs` with local fonts, one family per weight. It asks for a face by its
 * family only, so that a face of Vietnamese letters would come too late: each file is loaded here, whole.
 */

import italicLatin from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-italic.woff2?url";
import regularLatin from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-400-normal.woff2?url";
import mediumLatin from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-500-normal.woff2?url";
import boldLatin from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-600-normal.woff2?url";
import italicVietnamese from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-italic.woff2?url";
import regularVietnamese from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-400-normal.woff2?url";
import mediumVietnamese from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-500-normal.woff2?url";
import boldVietnamese from "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-600-normal.woff2?url";
import blank from "./blank.woff2?url";
import { BOLD, ITALIC, MEDIUM, REGULAR } from "./basemap";

const VIETNAMESE =
  "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB";
const LATIN =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+2122,U+2212,U+2215";

/**
 * Letters that neither file has (Chinese, Korean, Thai, Khmer …), from `blank.woff2`: one empty glyph of no width. A
 * name in two scripts then shows its Latin part the same on every computer, never boxes for want of a font.
 */
const NOT_OURS =
  "U+0600-06FF,U+0900-109F,U+1100-11FF,U+1780-17FF,U+2E80-A4CF,U+AC00-D7FF,U+F900-FAFF,U+FE30-FE4F,U+FF00-FFEF,U+20000-3134F";

const FACES: [string[], string, string, string, string][] = [
  [REGULAR, regularLatin, regularVietnamese, "400", "normal"],
  [MEDIUM, mediumLatin, mediumVietnamese, "500", "normal"],
  [BOLD, boldLatin, boldVietnamese, "600", "normal"],
  [ITALIC, italicLatin, italicVietnamese, "400", "italic"],
];

export async function loadMapFonts(): Promise<void> {
  const faces = FACES.flatMap(([family, latin, vietnamese, weight, style]) => [
    new FontFace(family[0]!, `url(${latin})`, { weight, style, unicodeRange: LATIN }),
    new FontFace(family[0]!, `url(${vietnamese})`, { weight, style, unicodeRange: VIETNAMESE }),
    new FontFace(family[0]!, `url(${blank})`, { weight, style, unicodeRange: NOT_OURS }),
  ]);
  await Promise.allSettled(
    faces.map(async (face) => {
      document.fonts.add(await face.load());
    }),
  );
  await document.fonts.load('500 11px "JetBrains Mono"', "0123456789");
  await document.fonts.load('700 11px "JetBrains Mono"', "0123456789");
}
