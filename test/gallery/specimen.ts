/** A component in several states, for the gallery. */
import { createRawSnippet, type Component, type ComponentProps, type Snippet } from 'svelte';

export interface Specimen {
  readonly name: string;
  readonly states: readonly SpecimenState[];
}

export interface SpecimenState extends Required<Omit<SpecimenOptions, 'height' | 'minHeight' | 'onmounted'>> {
  readonly name: string;
  readonly height: number | undefined;
  readonly minHeight: number | undefined;
  readonly onmounted: ((element: HTMLElement) => void) | undefined;
  /** Creates the component's properties, with the state classes that they need. */
  readonly create: () => { readonly component: Component; readonly props: Record<string, unknown> };
}

interface SpecimenOptions {
  /** In pixels. */
  readonly width?: number;
  /** In pixels, for a component that fills its parent. */
  readonly height?: number;
  /** In pixels, for content that opens. */
  readonly minHeight?: number;
  /** Layout of several root elements, as in their view. */
  readonly layout?: 'below each other' | 'in a line' | 'in a grid' | 'in a list';
  /** Opened by a button, because a dialog covers the page. */
  readonly isDialog?: boolean;
  /** Aligned to the bottom, for content that opens upwards. */
  readonly isAtBottom?: boolean;
  /** Called after mounting, e.g. to click on something. */
  readonly onmounted?: (element: HTMLElement) => void;
}

/** @param states by name: properties, or a function that creates them */
export function specimen<Props extends ComponentProps<Component>, Exports extends Record<string, unknown>>(
  name: string,
  component: Component<Props, Exports, '' | (keyof Props & string)>,
  states: Readonly<Record<string, NoInfer<Props> | Create<NoInfer<Props>>>>,
  {
    width = 320,
    height,
    minHeight,
    layout = 'below each other',
    isDialog = false,
    isAtBottom = false,
    onmounted,
  }: SpecimenOptions = {},
): Specimen {
  const specimenStates = Object.entries(states).map(([state, props]) => ({
    name: state,
    width,
    height,
    minHeight,
    layout,
    isDialog,
    isAtBottom,
    onmounted,
    create: () => ({ component: component as unknown as Component, props: isCreate(props) ? props() : props }),
  }));
  return { name, states: specimenStates };
}

/** Creates properties that contain state. */
type Create<Props> = () => Props;

const isCreate = <Props>(props: Props | Create<Props>): props is Create<Props> => typeof props === 'function';

/** The components of a view. */
export interface Chapter {
  readonly title: string;
  readonly specimens: readonly Specimen[];
}

/** Text as the content of a component. */
export const textSnippet = (text: string): Snippet =>
  createRawSnippet(() => ({
    render: () => `<span>${text.replace(/[&<]/gu, (sign) => (sign === '&' ? '&amp;' : '&lt;'))}</span>`,
  }));

/** A button as the content of a component. */
export const buttonSnippet = (text: string): Snippet =>
  createRawSnippet(() => ({ render: () => `<button class="button">${text}</button>` }));

/** A handler without effect. */
export const noop = (): void => undefined;

/** Clicks the first element that matches. */
export const click =
  (selector: string) =>
  (element: HTMLElement): void =>
    element.querySelector<HTMLElement>(selector)?.click();
