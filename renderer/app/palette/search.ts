/** Which commands the palette shows for a query, ranked by uFuzzy. */
import uFuzzy from '@leeoniya/ufuzzy';

export const groups = ['Go to', 'Do', 'Look', 'Puzzle', 'Models', 'Data sets', 'Trainings'] as const;
export type Group = (typeof groups)[number];

export interface Command {
  /** Stable between starts: recently used commands are remembered by it. */
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  /** On the right: what distinguishes it, or its keys. */
  readonly hint?: string;
  /** Further words by which it is found. */
  readonly keywords?: string;
  readonly run: () => void | Promise<void>;
}

export interface ResultGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** There may be thousands of models, datasets and runs. */
const MAX_PER_GROUP = 6;
const MAX_RESULTS = 24;
/** More terms than this are searched in the order in which they were typed. */
const MAX_PERMUTED_TERMS = 5;
const MAX_RANKED = 10_000;

/**
 * Without a query: the commands used last, then views and actions. Otherwise the best matches first, grouped.
 * @param recent ids of commands, the latest first
 */
export function searchCommands(
  query: string,
  commands: readonly Command[],
  recent: readonly string[],
): readonly ResultGroup[] {
  return query.trim() === '' ? initialResults(commands, recent) : matchingResults(query, commands, recent);
}

function initialResults(commands: readonly Command[], recent: readonly string[]): readonly ResultGroup[] {
  const used = recent.flatMap((id) => commands.find((command) => command.id === id) ?? []).slice(0, 5);
  const others = commands.filter((command) => !used.includes(command));
  const rest = groups.map((title) => ({
    title,
    commands: others.filter(({ group }) => group === title).slice(0, title === 'Go to' || title === 'Do' ? 20 : 3),
  }));
  return [{ title: 'Used last', commands: used }, ...rest].filter((group) => group.commands.length > 0);
}

function matchingResults(
  query: string,
  commands: readonly Command[],
  recent: readonly string[],
): readonly ResultGroup[] {
  const best = rankCommands(query, commands, recent).slice(0, MAX_RESULTS);
  const order = [...new Set(best.map(({ group }) => group))];
  return order.map((title) => ({
    title,
    commands: best.filter(({ group }) => group === title).slice(0, MAX_PER_GROUP),
  }));
}

/**
 * First commands whose title has the terms at the beginnings of words or has these initials, then those whose title
 * has their letters in order, then those that have the terms at the beginnings of any words. Terms may be typed in any
 * order.
 */
export function rankCommands(query: string, commands: readonly Command[], recent: readonly string[]): Command[] {
  const titles = commands.map(({ title }) => title);
  const texts = commands.map(({ title, keywords = '', hint = '', group }) => `${title} ${keywords} ${hint} ${group}`);
  const isRecent = commands.map(({ id }) => recent.includes(id));
  const found = [
    ...search(query, titles, wordStarts, isRecent),
    ...search(query, titles.map(initials), wordStarts, isRecent),
    ...search(query, titles, letters, isRecent),
    ...search(query, texts, wordStarts, isRecent),
  ];
  return [...new Set(found)].flatMap((index) => commands[index] ?? []);
}

/** `Dark theme` → `Dt`. */
const initials = (title: string): string => (title.match(/[\p{L}\d]+/gu) ?? []).map((word) => word[0]).join('');

/** Letters of any alphabet, as uFuzzy's documentation has it. */
const alphabet: uFuzzy.Options = {
  unicode: true,
  interSplit: "[^\\p{L}\\d']+",
  intraSplit: '\\p{Ll}\\p{Lu}',
  intraBound: '\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}',
  intraContr: "'\\p{L}{1,2}\\b",
};
/** Each term begins a word. */
const wordStarts: uFuzzy.Options = { ...alphabet, intraChars: "[\\p{L}\\d']", interLft: 1 };
/** The letters of each term occur in their order, with anything in between. */
const letters: uFuzzy.Options = { ...alphabet, intraChars: '.', intraIns: Infinity };

/** Indices into `texts`, the best match first. */
function search(
  query: string,
  texts: readonly string[],
  options: uFuzzy.Options,
  isRecent: readonly boolean[],
): readonly number[] {
  const fuzzy = new uFuzzy({ ...options, sort: (info) => rank(info, texts, isRecent) });
  const haystack = uFuzzy.latinize([...texts]);
  const [found, info, order] = fuzzy.search(haystack, uFuzzy.latinize(query), MAX_PERMUTED_TERMS, MAX_RANKED);
  if (!info || !order) return found ?? [];
  return order.flatMap((position) => info.idx[position] ?? []);
}

/** More terms at word beginnings, fewer letters in between, used lately, nearer the beginning, shorter. */
function rank(info: uFuzzy.Info, texts: readonly string[], isRecent: readonly boolean[]): number[] {
  const bounds = (i: number) => info.interLft2[i]! + 0.5 * info.interLft1[i]!;
  const at = (i: number) => info.idx[i]!;
  return info.idx
    .map((_, position) => position)
    .sort(
      (one, other) =>
        bounds(other) - bounds(one) ||
        info.intraIns[one]! - info.intraIns[other]! ||
        Number(isRecent[at(other)]) - Number(isRecent[at(one)]) ||
        info.terms[other]! - info.terms[one]! ||
        info.interIns[one]! - info.interIns[other]! ||
        info.start[one]! - info.start[other]! ||
        texts[at(one)]!.length - texts[at(other)]!.length ||
        at(one) - at(other),
    );
}
