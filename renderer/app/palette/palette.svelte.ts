/** The command palette: everything that can be done from anywhere, found by its name in the window's language and in English. */
import { maxRecentCommands } from '../../../electron/contract/main-api';
import { formatEnglish } from '../../messages/english';
import { formatText, getLanguage } from '../../messages/language.svelte';
import type { SettingsStore } from '../settings.svelte';
import { searchCommands, type Command, type ResultGroup } from './search';

/** Called while the palette is open, so it may depend on reactive state. */
export type CommandSource = (query: string) => readonly Command[];

export class Palette {
  isOpen = $state(false);
  query = $state('');
  /** Index of the selected command. */
  selectedIndex = $state(0);
  #sources = $state.raw<readonly CommandSource[]>([]);
  readonly groups = $derived.by((): readonly ResultGroup[] => {
    if (!this.isOpen) return [];
    return searchCommands(
      this.query,
      this.#sources.flatMap((source) => source(this.query)),
      this.settings.values.recent,
      getLanguage() === 'en' ? [formatEnglish] : [formatText, formatEnglish],
    );
  });
  readonly commands = $derived(this.groups.flatMap(({ commands }) => commands));
  readonly selected = $derived<Command | null>(
    this.commands[Math.min(this.selectedIndex, this.commands.length - 1)] ?? null,
  );

  constructor(private readonly settings: SettingsStore) {}

  /** Returns the function that removes it. */
  add(source: CommandSource): () => void {
    this.#sources = [...this.#sources, source];
    return () => void (this.#sources = this.#sources.filter((other) => other !== source));
  }

  open(): void {
    [this.query, this.selectedIndex, this.isOpen] = ['', 0, true];
  }

  close(): void {
    this.isOpen = false;
  }

  type(query: string): void {
    [this.query, this.selectedIndex] = [query, 0];
  }

  /** Moves the selection, around the ends. */
  step(by: number): void {
    const { length } = this.commands;
    if (length > 0) this.selectedIndex = (Math.min(this.selectedIndex, length - 1) + by + length) % length;
  }

  run(command: Command | null): void {
    if (!command) return;
    this.close();
    void this.settings.change({
      recent: [command.id, ...this.settings.values.recent.filter((id) => id !== command.id)].slice(
        0,
        maxRecentCommands,
      ),
    });
    void command.run();
  }
}
