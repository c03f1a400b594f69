/** How runs are told apart where several are drawn: a colour, a stroke and a shape for each, so that no colour stands alone. */
export interface RunMark {
  /** Token of the colour. */
  readonly colour: string;
  /** Strokes and gaps in pixels; unbroken without. */
  readonly dash: readonly number[];
  readonly shape: 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'ring';
  readonly letter: string;
}

export const marks: readonly RunMark[] = [
  { colour: '--run-1', dash: [], shape: 'circle', letter: 'A' },
  { colour: '--run-2', dash: [7, 4], shape: 'square', letter: 'B' },
  { colour: '--run-3', dash: [2, 3], shape: 'triangle', letter: 'C' },
  { colour: '--run-4', dash: [10, 3, 2, 3], shape: 'diamond', letter: 'D' },
  { colour: '--run-5', dash: [4, 2], shape: 'cross', letter: 'E' },
  { colour: '--run-6', dash: [12, 5], shape: 'ring', letter: 'F' },
];

/** The shape as a path around the origin, for a canvas or an SVG; `size` is its height. */
export function shapePath(shape: RunMark['shape'], size: number): string {
  const r = size / 2;
  const paths: Readonly<Record<RunMark['shape'], string>> = {
    circle: `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
    ring: `M${-r} 0A${r} ${r} 0 1 0 ${r} 0A${r} ${r} 0 1 0 ${-r} 0Z`,
    square: `M${-r} ${-r}H${r}V${r}H${-r}Z`,
    triangle: `M0 ${-r}L${r} ${r}H${-r}Z`,
    diamond: `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`,
    cross: `M${-r} ${-r}L${r} ${r}M${r} ${-r}L${-r} ${r}`,
  };
  return paths[shape];
}
