/** What the palette shows for what was typed. */
import { groups, type Command } from './command';
import { beginsWords, fit } from './match';

export interface ResultGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** Of things there may be thousands of. */
const MOST_OF_A_GROUP = 6;
const MOST = 24;
/** A command used lately comes before one that fits a little better. */
const USED_LATELY = 4;

/**
 * Nothing typed: those used last, then the rooms and actions. Else the best first, without groups that have none.
 * @param recent ids, the latest first
 */
export function resultsFor(
  query: string,
  commands: readonly Command[],
  recent: readonly string[],
): readonly ResultGroup[] {
  return query.trim() === '' ? atFirst(commands, recent) : fitting(query, commands, recent);
}

function atFirst(commands: readonly Command[], recent: readonly string[]): readonly ResultGroup[] {
  const used = recent.flatMap((id) => commands.find((command) => command.id === id) ?? []).slice(0, 5);
  const others = commands.filter((command) => !used.includes(command));
  const rest = groups.map((title) => ({
    title,
    commands: others.filter(({ group }) => group === title).slice(0, title === 'Go to' || title === 'Do' ? 20 : 3),
  }));
  return [{ title: 'Used last', commands: used }, ...rest].filter((group) => group.commands.length > 0);
}

function fitting(query: string, commands: readonly Command[], recent: readonly string[]): readonly ResultGroup[] {
  const scored = commands.flatMap((command) => {
    const score = scoreOf(query, command);
    return score === null ? [] : [{ command, score: score + (recent.includes(command.id) ? USED_LATELY : 0) }];
  });
  const best = scored
    .sort((one, other) => other.score - one.score)
    .slice(0, MOST)
    .map(({ command }) => command);
  const order = [...new Set(best.map(({ group }) => group))];
  return order.map((title) => ({
    title,
    commands: best.filter(({ group }) => group === title).slice(0, MOST_OF_A_GROUP),
  }));
}

/** By the letters of its title; else by beginnings of any of its words, which letters strewn over all of them would not mean. */
function scoreOf(query: string, { title, words = '', hint = '', group }: Command): number | null {
  const byTitle = fit(query, title);
  if (byTitle !== null) return byTitle + 3;
  return beginsWords(query, `${title} ${words} ${hint} ${group}`) ? 0 : null;
}
