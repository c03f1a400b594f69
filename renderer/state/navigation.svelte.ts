/** Which room is shown. It lives in the address, so a reloaded window comes back to it. */
export const rooms = ['home', 'datasets', 'train', 'solve', 'models'] as const;
export type Room = (typeof rooms)[number];

export class Navigation {
  room = $state<Room>(roomIn(location.hash));

  start(): () => void {
    const follow = (): void => void (this.room = roomIn(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }

  go(room: Room): void {
    this.room = room;
    location.hash = room;
  }
}

function roomIn(hash: string): Room {
  return rooms.find((room) => `#${room}` === hash) ?? 'home';
}
