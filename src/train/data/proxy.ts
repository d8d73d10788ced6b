import type { Agent } from 'node:http';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The agent that asks the proxy of the environment for this address; undefined where none is named. The package is
 * loaded only then. `signal` ends what waits for the proxy. Throws for a proxy of another kind, SOCKS say.
 */
export async function agentFor(url: URL, env: Environment, signal: AbortSignal): Promise<Agent | undefined> {
  const proxy = proxyFor(url, env);
  if (proxy === undefined) return undefined;
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new Error(`a proxy is asked over http or https, not ${proxy.protocol.slice(0, -1)}`);
  }
  if (url.protocol === 'http:') {
    const { HttpProxyAgent } = await import('http-proxy-agent');
    return new HttpProxyAgent(proxy, { signal });
  }
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  const agent = new HttpsProxyAgent(proxy, { signal });
  // Else the proxy's refusal would pass for an answer of the server.
  agent.on(
    'proxyConnect',
    ({ statusCode }: { statusCode: number }, request: { destroy(error: Error): void }) => {
      if (statusCode !== 200) request.destroy(new Error(`the proxy ${proxy.host} answered ${statusCode}`));
    },
  );
  return agent;
}

/**
 * The proxy that the environment names for this address, by curl's rules: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`
 * and `NO_PROXY` in either case, lower case first; a proxy without a scheme speaks http. Undefined for none.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
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
