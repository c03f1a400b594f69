/** What helps to find out why something went wrong elsewhere: one text, shown before it is copied, without the person's name. */
import type { Device, Lab, Machine } from '../../../electron/contract/contract';
import type { NotedFailure } from '../../app/failures.svelte';
import { bytes, milliseconds } from '../../lib/format';

export interface DiagnosticFacts {
  readonly machine: Machine;
  readonly lab: Lab | null;
  readonly devices: readonly Device[];
  readonly counts: { readonly datasets: number; readonly models: number; readonly runs: number };
  readonly compute: string;
  readonly failure: NotedFailure | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function diagnosticsText(facts: DiagnosticFacts): string {
  const { machine, lab, devices, counts, compute, failure, now } = facts;
  const lines = [
    `TRM Puzzle Lab ${lab?.version ?? '(compute did not answer)'}, ${new Date(now).toISOString()}`,
    `System: ${machine.system}`,
    `Processor: ${machine.processor}, ${machine.logicalProcessors} logical processors${lab ? `, ${lab.device.threads} threads used` : ''}`,
    `Memory: ${bytes(machine.memoryBytes)}, ${bytes(machine.freeMemoryBytes)} free`,
    `Electron ${machine.electron}, Chrome ${machine.chrome}, Node ${machine.node}${lab ? `, onnxruntime ${lab.runtime.onnxruntime}` : ''}`,
    `Compute: ${compute}${lab?.readOnly ? ` (only looks: ${lab.readOnly})` : ''}`,
    ...devices.map(deviceLine),
    `Data folder: ${lab?.dataFolder ?? 'unknown'}`,
    `Data sets: ${counts.datasets}, models: ${counts.models}, trainings: ${counts.runs}`,
    failure
      ? `Last failure, ${new Date(failure.at).toISOString()}: ${failure.what}${failure.details ? ` ${failure.details}` : ''}`
      : 'Last failure: none since the window was opened',
  ];
  return withoutName(lines.join('\n'), machine);
}

function deviceLine({ name, provider, state, reason, milliseconds: pace, chosen }: Device): string {
  const told = {
    passed: 'agrees with the processor',
    refused: `refused: ${reason ?? 'no reason given'}`,
    untested: 'not tested',
  }[state];
  return `Device ${name} (${provider}): ${provider === 'cpu' ? 'what the others are held against' : told}${pace === null ? '' : `, ${milliseconds(pace)} a classroom step`}${chosen ? ', chosen' : ''}`;
}

/** The home folder as `~`, and the name wherever else it is a part of a path. */
export function withoutName(text: string, { home, user }: Pick<Machine, 'home' | 'user'>): string {
  const homeless = home.length > 1 ? text.replaceAll(home, '~') : text;
  return user === ''
    ? homeless
    : homeless.replaceAll(new RegExp(`([\\\\/])${escaped(user)}(?![\\p{L}\\p{N}_-])`, 'gu'), '$1…');
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
