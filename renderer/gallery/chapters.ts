/** The rooms of the page of components, in the order of the window's own. */
import type { Chapter } from './specimen';
import { frame } from './specimens/frame';

export const chapters: readonly Chapter[] = [frame];
