import http from 'node:http';
import https from 'node:https';
import { connect as connectTls } from 'node:tls';
import type { Socket } from 'node:net';

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a byte after which the request fails. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Redirects beyond this are a circle. */
const MAX_REDIRECTS = 5;

/**
 * A GET over http or https that follows redirects and honours `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (either
 * case), which Node's own fetch does not before Node 24. Rejects with Node's network errors; a silent peer gives
 * `ETIMEDOUT`.
 */
export async function get(url: URL, options: RequestOptions): Promise<http.IncomingMessage> {
  let at = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await getOnce(at, options);
    const { statusCode = 0, headers } = response;
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return response;
    response.destroy();
    at = new URL(headers.location, at);
    if (at.protocol !== 'http:' && at.protocol !== 'https:') throw new Error(`redirected to ${at.protocol}`);
  }
  throw new Error('too many redirects');
}

async function getOnce(url: URL, options: RequestOptions): Promise<http.IncomingMessage> {
  const { headers = {}, timeout, signal, env = process.env } = options;
  const proxy = proxyFor(url, env);
  const common = { headers: { 'user-agent': 'vgg-inspect', host: url.host, ...headers }, signal, timeout };
  if (proxy === undefined) return send(url.protocol === 'https:' ? https : http, url, common);
  if (url.protocol === 'http:') {
    return send(clientFor(proxy), proxy, {
      ...common,
      path: url.href,
      headers: { ...common.headers, ...credentials(proxy) },
    });
  }
  const socket = await tunnel(proxy, url, timeout, signal);
  return send(https, url, {
    ...common,
    createConnection: () => connectTls({ socket, servername: url.hostname }),
  });
}

const clientFor = (url: URL) => (url.protocol === 'https:' ? https : http);

function send(
  client: typeof http | typeof https,
  url: URL,
  options: https.RequestOptions,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = client.get(url, options, resolve);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(timedOut(options.timeout!)));
  });
}

/** A socket through the proxy to the host of `url` (HTTP CONNECT). */
function tunnel(proxy: URL, url: URL, timeout: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const authority = `${url.hostname}:${url.port || 443}`;
    const request = clientFor(proxy).request(proxy, {
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...credentials(proxy) },
      timeout,
      signal,
    });
    request.on('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered ${statusCode}`));
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(timedOut(timeout)));
    request.end();
  });
}

const timedOut = (timeout: number) =>
  Object.assign(new Error(`no answer within ${timeout / 1000} s`), { code: 'ETIMEDOUT' });

function credentials(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** The proxy that the environment names for this address; undefined for none. */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): URL | undefined {
  const variable = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  const proxy = variable(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? variable('ALL_PROXY');
  if (proxy === undefined || exempt(url, variable('NO_PROXY') ?? '')) return undefined;
  return new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
}

/** `NO_PROXY`: hosts and domains between commas or spaces, with or without a leading dot or a port; `*` is all. */
function exempt(url: URL, list: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter((rule) => rule !== '')
    .some((rule) => {
      if (rule === '*') return true;
      const [, host = rule, wanted] = /^(.*?)(?::(\d+))?$/.exec(rule) ?? [];
      const domain = host.replace(/^\*?\./, '').toLowerCase();
      const matches = url.hostname === domain || url.hostname.endsWith(`.${domain}`);
      return matches && (wanted === undefined || wanted === port);
    });
}
