/** Pictures drawn once and shown again while a list scrolls: a board of 81 digits takes longer to draw than to copy. */
import type { PuzzleKind } from '../../datasets/kinds/puzzle-kind';
import { sharpContext, type ThemeColours } from '../lib/canvas';
import type { GridContent } from './board';
import { drawPuzzle } from './draw-grid';

/** Some screens full; a picture takes about 50 kB. */
const MAX_PICTURES = 400;

export class PictureCache {
  private readonly pictures = new Map<string, HTMLCanvasElement>();

  /** @param side in CSS pixels */
  constructor(
    private readonly side: number,
    private readonly colours: ThemeColours,
  ) {}

  /** @param name the same for the same picture */
  get(name: string, picture: GridContent & { readonly kind: PuzzleKind }): HTMLCanvasElement {
    const drawn = this.pictures.get(name) ?? this.draw(picture);
    this.pictures.delete(name);
    this.pictures.set(name, drawn);
    if (this.pictures.size > MAX_PICTURES)
      for (const oldest of [...this.pictures.keys()].slice(0, MAX_PICTURES / 4)) this.pictures.delete(oldest);
    return drawn;
  }

  private draw(picture: GridContent & { readonly kind: PuzzleKind }): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    const context = sharpContext(canvas, { width: this.side, height: this.side });
    // A pixel less, for half of the frame is outside.
    if (context) drawPuzzle(context, picture, { x: 0, y: 0, size: this.side - 1 }, this.colours);
    return canvas;
  }
}
