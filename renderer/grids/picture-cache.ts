/** Pictures drawn once and shown again while the gallery moves: a board of 81 digits takes longer to draw than to copy. */
import { drawPuzzle, type Palette, type Picture } from './draw-puzzle';

/** Some screens full; a picture takes about 50 kB. */
const KEPT = 400;

export class PictureCache {
  private readonly pictures = new Map<string, HTMLCanvasElement>();

  /** @param side in CSS pixels */
  constructor(
    private readonly side: number,
    private readonly ratio: number,
    private readonly palette: Palette,
  ) {}

  /** @param name the same for the same picture */
  get(name: string, picture: Picture): HTMLCanvasElement {
    const drawn = this.pictures.get(name) ?? this.draw(picture);
    this.pictures.delete(name);
    this.pictures.set(name, drawn);
    if (this.pictures.size > KEPT)
      for (const oldest of [...this.pictures.keys()].slice(0, KEPT / 4)) this.pictures.delete(oldest);
    return drawn;
  }

  private draw(picture: Picture): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = Math.ceil(this.side * this.ratio);
    const context = canvas.getContext('2d');
    if (!context) return canvas;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    // A pixel less, for the line around it is drawn half outside.
    drawPuzzle(context, picture, { x: 0, y: 0, size: this.side - 1 }, this.palette);
    return canvas;
  }
}
