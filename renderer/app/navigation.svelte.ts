/**
 * The current view and what it shows, as the address `#train/<subpath>`: it survives a reload, and back and forward
 * step through its history.
 */
export interface ViewLocation {
  readonly view: string;
  /** Interpreted by the view, e.g. the id of a run; empty for the view itself. */
  readonly subpath: string;
}

export class Navigation {
  #location = $state.raw<ViewLocation>({ view: '', subpath: '' });

  /** @param viewIds of the registered views; an address without a known view is one of the first */
  constructor(private readonly viewIds: readonly string[]) {
    this.#location = parseHash(location.hash, viewIds);
  }

  get view(): string {
    return this.#location.view;
  }

  get subpath(): string {
    return this.#location.subpath;
  }

  /** Follows the address; returns the function that stops it. */
  start(): () => void {
    const follow = (): void => void (this.#location = parseHash(location.hash, this.viewIds));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  go(view: string, subpath = ''): void {
    this.#location = { view, subpath };
    location.hash = formatHash(this.#location);
  }

  /** Changes the subpath without a step to go back to. */
  replaceSubpath(subpath: string): void {
    this.#location = { ...this.#location, subpath };
    history.replaceState(null, '', `#${formatHash(this.#location)}`);
  }

  back(): void {
    history.back();
  }

  forward(): void {
    history.forward();
  }
}

/** The first view where the address names none of `viewIds`. */
export function parseHash(hash: string, viewIds: readonly string[]): ViewLocation {
  const [, name = '', subpath = ''] = /^#?([a-z]*)(?:\/(.*))?$/u.exec(hash) ?? [];
  return viewIds.includes(name) ? { view: name, subpath: decode(subpath) } : { view: viewIds[0] ?? '', subpath: '' };
}

/** Without `#`; slashes of the subpath are kept. */
export function formatHash({ view, subpath }: ViewLocation): string {
  return subpath === '' ? view : `${view}/${subpath.split('/').map(encodeURIComponent).join('/')}`;
}

/** Unchanged where it was typed by hand and cannot be decoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
