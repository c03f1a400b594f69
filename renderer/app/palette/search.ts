/** Which commands the palette shows for a query, ranked by uFuzzy. */
import uFuzzy from '@leeoniya/ufuzzy';
import { message, type MessageId, type Text } from '../../messages/message';

/** In the order in which they are shown without a query. */
export const groups = ['goTo', 'actions', 'appearance', 'puzzle', 'models', 'datasets', 'runs'] as const;
export type Group = (typeof groups)[number];

const groupTitles: Readonly<Record<Group | 'recent', MessageId>> = {
  recent: 'palette.groups.recent',
  goTo: 'palette.groups.goTo',
  actions: 'palette.groups.actions',
  appearance: 'palette.groups.appearance',
  puzzle: 'palette.groups.puzzle',
  models: 'palette.groups.models',
  datasets: 'palette.groups.datasets',
  runs: 'palette.groups.runs',
};

/** The title of a group of results. */
export const groupTitle = (group: ResultGroup['group']): Text => message(groupTitles[group]);

export interface Command {
  /** Stable between starts: recently used commands are remembered by it. */
  readonly id: string;
  readonly title: Text;
  readonly group: Group;
  /** On the right: what distinguishes it, or its keys. */
  readonly hint?: string;
  /** Further words by which it is found. */
  readonly keywords?: readonly Text[];
  readonly run: () => void | Promise<void>;
}

export interface ResultGroup {
  readonly group: Group | 'recent';
  readonly commands: readonly Command[];
}

/** There may be thousands of models, datasets and runs. */
const MAX_PER_GROUP = 6;
const MAX_RESULTS = 24;
/** More terms than this are searched in the order in which they were typed. */
const MAX_PERMUTED_TERMS = 5;
const MAX_RANKED = 10_000;

/** Formats a text in one language. */
type Format = (text: Text) => string;

/**
 * Without a query: the commands used last, then views and actions. Otherwise the best matches first, grouped.
 * @param recent ids of commands, the latest first
 * @param languages those in which commands are found
 */
export function searchCommands(
  query: string,
  commands: readonly Command[],
  recent: readonly string[],
  languages: readonly Format[],
): readonly ResultGroup[] {
  return query.trim() === ''
    ? initialResults(commands, recent)
    : groupResults(rankCommands(query, commands, recent, languages).slice(0, MAX_RESULTS));
}

function initialResults(commands: readonly Command[], recent: readonly string[]): readonly ResultGroup[] {
  const used = recent.flatMap((id) => commands.find((command) => command.id === id) ?? []).slice(0, 5);
  const others = commands.filter((command) => !used.includes(command));
  const rest = groups.map((group) => ({
    group,
    commands: others
      .filter((command) => command.group === group)
      .slice(0, group === 'goTo' || group === 'actions' ? 20 : 3),
  }));
  return [{ group: 'recent' as const, commands: used }, ...rest].filter(({ commands }) => commands.length > 0);
}

/** @param best the best match first */
function groupResults(best: readonly Command[]): readonly ResultGroup[] {
  const order = [...new Set(best.map(({ group }) => group))];
  return order.map((group) => ({
    group,
    commands: best.filter((command) => command.group === group).slice(0, MAX_PER_GROUP),
  }));
}

/**
 * First commands whose title has the terms at the beginnings of words or has these initials, then those whose title
 * has their letters in order, then those that have the terms at the beginnings of any words. Terms may be typed in any
 * order.
 */
export function rankCommands(
  query: string,
  commands: readonly Command[],
  recent: readonly string[],
  languages: readonly Format[],
): Command[] {
  const isRecent = commands.map(({ id }) => recent.includes(id));
  const titles = languages.map((format) => commands.map(({ title }) => format(title)));
  const texts = languages.map((format) => commands.map((command) => searchText(command, format)));
  const found = [
    ...titles.flatMap((inLanguage) => search(query, inLanguage, wordStarts, isRecent)),
    ...titles.flatMap((inLanguage) => search(query, inLanguage.map(initials), wordStarts, isRecent)),
    ...titles.flatMap((inLanguage) => search(query, inLanguage, letters, isRecent)),
    ...texts.flatMap((inLanguage) => search(query, inLanguage, wordStarts, isRecent)),
  ];
  return [...new Set(found)].flatMap((index) => commands[index] ?? []);
}

/** Every word by which a command is found in a language. */
function searchText({ title, keywords = [], hint = '', group }: Command, format: Format): string {
  return [title, ...keywords, hint, groupTitle(group)].map(format).join(' ');
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
