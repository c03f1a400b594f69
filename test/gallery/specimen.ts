/** A component in its states, for the page that shows them all. */
import { createRawSnippet, type Component, type ComponentProps, type Snippet } from 'svelte';

export interface Specimen {
  readonly name: string;
  readonly states: readonly Shown[];
}

export interface Shown extends Required<Omit<Place, 'height' | 'room' | 'then'>> {
  readonly name: string;
  readonly height: number | undefined;
  readonly room: number | undefined;
  readonly then: ((place: HTMLElement) => void) | undefined;
  /** With the states of Svelte's that its properties need, made when it is shown. */
  readonly show: () => { readonly component: Component; readonly props: Record<string, unknown> };
}

interface Place {
  /** In pixels. */
  readonly width?: number;
  /** In pixels, where the component fills what it is given. */
  readonly height?: number;
  /** In pixels, kept free for what opens. */
  readonly room?: number;
  /** How its parts stand where the room it belongs to lays them out. */
  readonly parts?: 'below each other' | 'in a line' | 'in a grid' | 'in a list';
  /** A dialog covers the page: it opens when it is asked for. */
  readonly isDialog?: boolean;
  /** It stands at the bottom of its place, for what opens upwards. */
  readonly isAtFoot?: boolean;
  /** Done once it stands there, e.g. a click that opens it. */
  readonly then?: (place: HTMLElement) => void;
}

/** @param states by name, each as the properties it is made of or a function that makes them */
export function specimen<Props extends ComponentProps<Component>, Exports extends Record<string, unknown>>(
  name: string,
  component: Component<Props, Exports, '' | (keyof Props & string)>,
  states: Readonly<Record<string, NoInfer<Props> | Made<NoInfer<Props>>>>,
  { width = 320, height, room, parts = 'below each other', isDialog = false, isAtFoot = false, then }: Place = {},
): Specimen {
  const shown = Object.entries(states).map(([state, props]) => ({
    name: state,
    width,
    height,
    room,
    parts,
    isDialog,
    isAtFoot,
    then,
    show: () => ({ component: component as unknown as Component, props: isMade(props) ? props() : props }),
  }));
  return { name, states: shown };
}

/** What holds state is made anew for every place. */
type Made<Props> = () => Props;

const isMade = <Props>(props: Props | Made<Props>): props is Made<Props> => typeof props === 'function';

/** A room's components under its title. */
export interface Chapter {
  readonly title: string;
  readonly specimens: readonly Specimen[];
}

/** Words in the place of a component's content. */
export const words = (text: string): Snippet =>
  createRawSnippet(() => ({
    render: () => `<span>${text.replace(/[&<]/gu, (sign) => (sign === '&' ? '&amp;' : '&lt;'))}</span>`,
  }));

/** A button in the place of what is to be done. */
export const button = (text: string): Snippet =>
  createRawSnippet(() => ({ render: () => `<button class="button">${text}</button>` }));

/** What a button does where nothing is to happen. */
export const nothing = (): void => undefined;

/** Opens what is closed at first. */
export const click =
  (selector: string) =>
  (place: HTMLElement): void =>
    place.querySelector<HTMLElement>(selector)?.click();
