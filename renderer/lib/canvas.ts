/** Canvases that are sharp on any screen, and the colours of the theme for drawing on them. */

export interface Size {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Sizes the canvas for the screen's pixels and returns its context, scaled to CSS pixels; null where there is no drawing. */
export function sharpContext(canvas: HTMLCanvasElement, { width, height }: Size): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Setting a size, even the same, clears the canvas and takes time.
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** The tokens of `tokens.css` that canvases use. */
export interface ThemeColours {
  readonly surface: string;
  readonly raised: string;
  readonly line: string;
  readonly strong: string;
  readonly ink: string;
  readonly muted: string;
  readonly answer: string;
  readonly unsure: string;
  readonly latent: string;
  readonly change: string;
  readonly good: string;
  readonly bad: string;
  readonly badSurface: string;
  readonly focus: string;
  readonly font: string;
}

/** Reads the colours from the page; to be called again after the theme has changed. */
export function readThemeColours(element: Element = document.documentElement): ThemeColours {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    surface: token('surface'),
    raised: token('raised'),
    line: token('line'),
    strong: token('line-strong'),
    ink: token('ink'),
    muted: token('muted'),
    answer: token('answer'),
    unsure: token('unsure'),
    latent: token('latent'),
    change: token('change'),
    good: token('good'),
    bad: token('bad'),
    badSurface: token('bad-surface'),
    focus: token('focus'),
    font: token('font'),
  };
}
