/** What went wrong on the way to a host, in one sentence. */
import { DownloadError } from './download-error';

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not found',
  EAI_AGAIN: 'names cannot be looked up',
  ECONNREFUSED: 'it refuses connections',
  ENETUNREACH: 'there is no way to it',
  EHOSTUNREACH: 'there is no way to it',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
};

/** Codes of OpenSSL and Node for a certificate that does not hold. */
const distrusted = /CERT|^UNABLE_TO|^ERR_TLS|^EPROTO$/u;

export function networkFailure(host: string, error: NodeJS.ErrnoException): DownloadError {
  const code = error.code ?? '';
  if (Object.hasOwn(unreachable, code))
    return new DownloadError(
      'offline',
      `no connection to ${host}: ${unreachable[code]}; everything else in the lab works offline`,
      { cause: error },
    );
  if (distrusted.test(code))
    return new DownloadError(
      'missing',
      `the connection to ${host} cannot be trusted (${code}), so nothing was taken from it`,
      { cause: error },
    );
  return new DownloadError('broken', `the connection to ${host} broke off`, { cause: error });
}

/** 429 and the errors of servers pass; with the others the file is not to be had. */
export function refusedBy(host: string, status: number): DownloadError {
  if (status === 429) return new DownloadError('broken', `${host} asks for fewer requests (status 429)`);
  if (status >= 500) return new DownloadError('broken', `${host} is in trouble (status ${status})`);
  return new DownloadError('missing', `${host}: expected the file, found status ${status}; it may have moved`);
}
