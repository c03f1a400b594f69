/** A chart as a picture for a paper or a slide: its title, what the lines are, and the curves on the theme's ground. */
import { tokenColour } from './chart-options';

export interface PictureWords {
  readonly title: string;
  /** Each with the token of its colour. */
  readonly lines: readonly { readonly name: string; readonly colour: string }[];
  /** Under the title, e.g. which run it is. */
  readonly subtitle: string;
}

const margin = 16;
const head = 52;

/** PNG bytes, as many pixels as the screen shows. @throws Error where the picture cannot be made */
export async function chartPicture(chart: HTMLCanvasElement, words: PictureWords): Promise<Uint8Array> {
  const scale = devicePixelRatio;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [chart.width + 2 * margin * scale, chart.height + (head + 2 * margin) * scale];
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this window cannot draw pictures');
  context.fillStyle = tokenColour('--surface');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(chart, margin * scale, (margin + head) * scale);
  context.scale(scale, scale);
  drawWords(context, words);
  return bytesOf(canvas);
}

function drawWords(context: CanvasRenderingContext2D, { title, subtitle, lines }: PictureWords): void {
  const font = getComputedStyle(document.body).fontFamily;
  context.textBaseline = 'top';
  context.fillStyle = tokenColour('--ink');
  context.font = `600 14px ${font}`;
  context.fillText(title, margin, margin);
  context.fillStyle = tokenColour('--muted');
  context.font = `12px ${font}`;
  context.fillText(subtitle, margin, margin + 22);
  let x = margin + Math.max(context.measureText(subtitle).width, 120) + 24;
  for (const { name, colour } of lines) {
    context.fillStyle = tokenColour(colour);
    context.fillRect(x, margin + 27, 14, 3);
    context.fillStyle = tokenColour('--ink');
    context.fillText(name, x + 20, margin + 22);
    x += 20 + context.measureText(name).width + 20;
  }
}

async function bytesOf(canvas: HTMLCanvasElement): Promise<Uint8Array> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('the picture could not be made');
  return new Uint8Array(await blob.arrayBuffer());
}
