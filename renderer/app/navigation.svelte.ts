/**
 * Which room is shown, and what of it: `#train/<rest>`. It lives in the address, so a reloaded window comes back
 * to it and one can go back and forward.
 */
export const rooms = ['home', 'datasets', 'train', 'solve', 'models', 'settings'] as const;
export type Room = (typeof rooms)[number];

export const roomNames: Readonly<Record<Room, string>> = {
  home: 'Home',
  datasets: 'Datasets',
  train: 'Train',
  solve: 'Solve',
  models: 'Models',
  settings: 'Settings',
};

export interface Place {
  readonly room: Room;
  /** Whatever the room makes of it, e.g. the id of a run; empty for the room itself. */
  readonly rest: string;
}

export class Navigation {
  #place = $state.raw<Place>(placeIn(location.hash));

  get room(): Room {
    return this.#place.room;
  }

  get rest(): string {
    return this.#place.rest;
  }

  start(): () => void {
    const follow = (): void => void (this.#place = placeIn(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  go(room: Room, rest = ''): void {
    this.#place = { room, rest };
    location.hash = addressOf(this.#place);
  }

  /** Says more exactly what is shown, without a step to go back to. */
  settle(rest: string): void {
    this.#place = { ...this.#place, rest };
    history.replaceState(null, '', `#${addressOf(this.#place)}`);
  }

  back(): void {
    history.back();
  }

  forward(): void {
    history.forward();
  }
}

/** Home where the address names no room. */
export function placeIn(hash: string): Place {
  const [, name = '', rest = ''] = /^#?([a-z]*)(?:\/(.*))?$/u.exec(hash) ?? [];
  const room = rooms.find((known) => known === name);
  return room ? { room, rest: decoded(rest) } : { room: 'home', rest: '' };
}

/** With the slashes of the rest as they are. */
export function addressOf({ room, rest }: Place): string {
  return rest === '' ? room : `${room}/${rest.split('/').map(encodeURIComponent).join('/')}`;
}

/** As it stands where it was typed by hand and cannot be decoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
