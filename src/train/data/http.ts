import http from 'node:http';
import https from 'node:https';
import { agentFor, type Environment } from './proxy.ts';

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds after which a request without an answer fails. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
  /** Names the proxies. */
  readonly env: Environment;
}

/** Redirects beyond this are a circle. */
const MAX_REDIRECTS = 5;

/**
 * A GET over http or https that follows redirects and honors the proxies of the environment, which Node's own fetch
 * does not before Node 24. Rejects with Node's network errors; a silent peer or proxy gives `ETIMEDOUT`.
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
  const late = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal;
  const timer = setTimeout(() => late.abort(), options.timeout);
  try {
    const agent = await agentFor(url, options.env, signal);
    const headers = { 'user-agent': 'vgg-inspect', ...options.headers };
    return await new Promise((resolve, reject) => {
      const client = url.protocol === 'https:' ? https : http;
      client.get(url, { headers, signal, ...(agent && { agent }) }, resolve).on('error', reject);
    });
  } catch (error) {
    throw late.signal.aborted ? timedOut(options.timeout) : error;
  } finally {
    clearTimeout(timer);
  }
}

const timedOut = (timeout: number) =>
  Object.assign(new Error(`no answer within ${timeout / 1000} s`), { code: 'ETIMEDOUT' });
