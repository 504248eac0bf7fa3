/** What stands around a card on every platform. */
import { escaped } from "./flow.ts";

export const WIDTH = 460;
const FONTS = "Lato, 'Helvetica Neue', Helvetica, Arial, sans-serif";

/** The whole picture. `told`: what it shows, for those who cannot see it. */
export const picture = (height: number, told: string, parts: readonly string[]): string =>
  `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${Math.ceil(height)}" viewBox="0 0 ${WIDTH} ${Math.ceil(height)}" font-family="${FONTS}" role="img">`,
    `<title>${escaped(told)}</title>`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${Math.ceil(height) - 1}" rx="8" fill="#fff" stroke="#ddd"/>`,
    ...parts,
    "</svg>",
  ].join("\n")}\n`;

/** Two arrows that change places: what a failover is. */
export const avatar = (x: number, y: number, radius: number): string =>
  `<g transform="translate(${x} ${y})"><rect width="38" height="38" rx="${radius}" fill="#1f6e5a"/>` +
  '<path d="M9 15h17M29 23h-17" stroke="#fff" stroke-width="2.500" fill="none"/>' +
  '<path d="M24 10l6 5-6 5zM14 18l-6 5 6 5z" fill="#fff"/></g>';
