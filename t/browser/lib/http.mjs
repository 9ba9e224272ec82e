// Requests as they are, without a browser: no redirection is followed, no address tidied.
import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

/** What a browser sends when somebody follows a link. */
export const asBrowser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/svg+xml,*/*;q=0.8' };

export function ask(url, options = {}) {
    const { method = 'GET', headers = asBrowser, body } = options;
    return new Promise((resolve, reject) => {
        const [, host, port, path] = /^http:\/\/([^/:]+):(\d+)(\/[^#]*)/s.exec(url);
        const request = http.request({ agent, host, port, path, method, headers }, answer => {
            const parts = [];
            answer.on('data', part => parts.push(part));
            answer.on('error', reject);
            answer.on('end', () => resolve({
                url, status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts),
                type: (answer.headers['content-type'] ?? '').replace(/;.*/s, '').trim().toLowerCase(),
                get text() {
                    return this.bytes.toString('utf8');
                },
            }));
        });
        request.setTimeout(20_000, () => request.destroy(new Error(`no answer in 20 s: ${method} ${url}`)));
        request.on('error', error => {
            // Apache closed a connection that was idle for a while, on a busy machine just when it was taken again.
            if (request.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(error.code))
                resolve(ask(url, options));
            else
                reject(new Error(`${error.message}: ${method} ${url}`, { cause: error }));
        });
        request.end(body);
    });
}

/** Does `work` to every item, a few at a time. */
export async function several(items, work) {
    const left = [...items].reverse();
    await Promise.all([0, 1, 2, 3].map(async () => {
        while (left.length)
            await work(left.pop());
    }));
}
