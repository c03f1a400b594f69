/** A component in its states, for the page that shows them all. */
import { createRawSnippet, type Component, type Snippet } from 'svelte';

export interface Specimen {
  readonly name: string;
  readonly states: readonly Shown[];
}

export interface Shown {
  readonly name: string;
  /** Of its place, in pixels; a height where the component fills what it is given. */
  readonly width: number;
  readonly height: number | undefined;
  /** With the states of Svelte's that its properties need, made when it is shown. */
  readonly show: () => { readonly component: Component; readonly props: Record<string, unknown> };
}

interface Place {
  readonly width?: number;
  readonly height?: number;
}

/** @param states by name, each as the properties it is made of or a function that makes them */
export function specimen<Props extends Record<string, unknown>>(
  name: string,
  component: Component<Props>,
  states: Readonly<Record<string, Props | (() => Props)>>,
  { width = 320, height }: Place = {},
): Specimen {
  const shown = Object.entries(states).map(([state, props]) => ({
    name: state,
    width,
    height,
    show: () => ({ component: component as unknown as Component, props: typeof props === 'function' ? props() : props }),
  }));
  return { name, states: shown };
}

/** A room's components under its title. */
export interface Chapter {
  readonly title: string;
  readonly specimens: readonly Specimen[];
}

/** Words in the place of a component's content. */
export const words = (text: string): Snippet =>
  createRawSnippet(() => ({ render: () => `<span>${text.replace(/[&<]/gu, (sign) => (sign === '&' ? '&amp;' : '&lt;'))}</span>` }));

/** What a button does where nothing is to happen. */
export const nothing = (): void => undefined;
