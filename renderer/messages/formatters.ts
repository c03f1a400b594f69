/** Formatters of message parameters, e.g. `{size, bytes}`; named in build/messages.mjs. */
export {
  formatBytes as bytes,
  formatMegabytes as megabytes,
  formatMilliseconds as milliseconds,
  formatPercent as percent,
  formatDuration as duration,
  formatSignificant as significant,
} from '../../electron/contract/format';
