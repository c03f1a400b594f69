/** The player's keys: arrows step, with Shift by H cycle, with Alt by supervision step; space plays. */
import type { Player } from '../state/player.svelte';
import type { Grain } from './grain';

type Action = (player: Player) => void;

const plainKeys: Record<string, Action> = {
  ' ': (player) => player.toggle(),
  Home: (player) => player.toStart(),
  End: (player) => player.toEnd(),
};

const directions: Record<string, 1 | -1> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

/** What a key does, or null: keys that a focused control needs for itself stay with it. */
export function keyAction(event: KeyboardEvent): Action | null {
  if (event.ctrlKey || event.metaKey || belongsToControl(event)) return null;
  const direction = directions[event.key];
  if (!direction) return plainKeys[event.key] ?? null;
  const grain: Grain = event.altKey ? 'step' : event.shiftKey ? 'cycle' : 'update';
  return (player) => player.step(direction, grain);
}

function belongsToControl({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.matches('input, select, textarea')) return true;
  return key === ' ' && target.matches('button');
}
