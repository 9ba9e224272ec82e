// The browser, and a tab that remembers everything that went wrong in it.
import { ok } from './tap.mjs';
import { need, settings } from './settings.mjs';

const puppeteer = need('puppeteer-core');

/** Chromium, headless. It can reach this machine's loopback alone. */
export async function launch() {
    const options = {
        executablePath: settings.chromium,
        headless: true,
        pipe: true,
        protocolTimeout: 120_000,
        // Chromium hangs under t/with-clock, so it keeps the clock of the machine.
        env: { ...process.env, LD_PRELOAD: '' },
        args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-gpu', '--hide-scrollbars',
            '--disable-background-networking', '--disable-component-update', '--force-color-profile=srgb'],
    };
    if (process.getuid() === 0)
        options.args.push('--no-sandbox');
    try {
        return await puppeteer.launch(options);
    } catch (error) {
        // Some containers let nobody make a sandbox.
        if (!/sandbox|namespace/i.test(error.message) || options.args.includes('--no-sandbox'))
            throw error;
        options.args.push('--no-sandbox');
        return puppeteer.launch(options);
    }
}

/** Before any script of a page: what a payload does when it runs, and what the policy stops, is told to us. */
function listen() {
    const tell = (kind, text) => window.siteTell?.(JSON.stringify([kind, String(text).slice(0, 500)]));
    let value;
    Object.defineProperty(window, '__xss', {
        get: () => value,
        set(to) {
            value = to;
            tell('ran', `window.__xss = ${to} at ${location.href}`);
        },
    });
    document.addEventListener('securitypolicyviolation', event =>
        tell('csp', `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`));
}

export class Tab {
    /** `bypass`: pages are shown without their Content-Security-Policy. */
    static async open(browser, { bypass = false } = {}) {
        const tab = new Tab();
        tab.context = await browser.createBrowserContext({ downloadBehavior: { policy: 'deny' } });
        tab.page = await tab.context.newPage();
        tab.page.setDefaultTimeout(30_000);
        tab.trouble = [];
        tab.pending = new Set();
        await tab.watch();
        await tab.page.setBypassCSP(bypass);
        return tab;
    }

    note(kind, text) {
        this.trouble.push({ kind, text });
    }

    async watch() {
        const { page } = this;
        const client = this.client = await page.createCDPSession();
        await client.send('Runtime.enable');
        await client.send('Runtime.addBinding', { name: 'siteTell' });
        client.on('Runtime.bindingCalled', event => event.name === 'siteTell' && this.note(...JSON.parse(event.payload)));
        await page.evaluateOnNewDocument(listen);
        await client.send('Audits.enable');
        client.on('Audits.issueAdded', ({ issue }) =>
            this.note(issue.code === 'ContentSecurityPolicyIssue' ? 'csp' : 'issue',
                `${issue.code} ${JSON.stringify(issue.details).slice(0, 500)}`));
        // Keys go to the page whether or not its window is in front.
        await client.send('Emulation.setFocusEmulationEnabled', { enabled: true });
        page.on('console', message => {
            // The browser complains of every answer that is an error: of the page itself, it is meant.
            if (message.type() === 'error' && this.expected >= 400 && message.location().url === this.address &&
                /^Failed to load resource/.test(message.text()))
                return;
            this.note(/Content[- ]Security[- ]Policy/i.test(message.text()) ? 'csp' : 'console',
                `${message.type()}: ${message.text()} ${message.location().url ?? ''}`);
        });
        page.on('pageerror', error => this.note('script', error.stack ?? error));
        page.on('dialog', dialog => {
            this.note('ran', `${dialog.type()}(${dialog.message()})`);
            dialog.dismiss().catch(() => {});
        });
        page.on('popup', popup => {
            this.note('ran', `a window of ${popup.url()}`);
            popup.close().catch(() => {});
        });
        page.on('request', request => {
            // The browser asks for a page's icon when it likes, and may never say that it has it.
            if (request.resourceType() !== 'other')
                this.pending.add(request);
            this.seen(request.url());
        });
        page.on('requestfinished', request => this.pending.delete(request));
        page.on('requestfailed', request => {
            this.pending.delete(request);
            this.note('request', `${request.url()}: ${request.failure()?.errorText}`);
        });
        page.on('response', response => {
            if (response.url() !== this.address && response.status() >= 400)
                this.note('request', `${response.url()}: ${response.status()}`);
        });
    }

    seen(url) {
        if (this.host && !/^(?:data|blob|about):/.test(url) && new URL(url).host !== this.host)
            this.note('elsewhere', url);
    }

    /**
     * Opens an address and waits until it is at rest. Returns the answer, or null for a download. `expected` is the
     * status that the page may have without a complaint of the console.
     */
    async visit(url, { expected = 200, script = true } = {}) {
        this.address = url.replace(/#.*/s, '');
        this.host = new URL(url).host;
        this.expected = expected;
        this.pending.clear();
        await this.page.setJavaScriptEnabled(script);
        let answer;
        try {
            answer = await this.page.goto(url, { waitUntil: 'load' });
        } catch (error) {
            if (!/ERR_ABORTED/.test(error.message))
                throw error;
            this.trouble = this.trouble.filter(each => each.kind !== 'request' || !each.text.startsWith(this.address));
            return null;
        }
        if (script && await this.page.evaluate(() => document.scripts.length > 0))
            await this.rest();
        return answer;
    }

    /** Waits until nothing was asked for during a moment. (puppeteer's own wait loses count of what was blocked.) */
    async rest() {
        for (let quiet = 0, waited = 0; quiet < 3; quiet++, waited++) {
            await new Promise(resolve => setTimeout(resolve, 20));
            if (waited > 500) {
                this.note('request', `no end of it: ${[...this.pending].map(each => each.url()).join(' ')}`);
                return;
            }
            if (this.pending.size)
                quiet = -1;
        }
    }

    /** What went wrong since the last time this was asked, as lines; of the named kinds alone, if any are named. */
    async taken(...kinds) {
        // What the page still has to say arrives before the answer to a question.
        await this.client.send('Runtime.evaluate', { expression: '0' });
        const taken = this.trouble;
        this.trouble = [];
        return taken.filter(each => !kinds.length || kinds.includes(each.kind)).map(each => `${each.kind}: ${each.text}`);
    }

    async close() {
        await this.context.close();
    }
}

/** Does `work` to every item, by as many tabs as the machine has use for. */
export async function inTabs(browser, items, work, options) {
    const left = [...items];
    const tabs = await Promise.all([0, 1].map(() => Tab.open(browser, options)));
    await Promise.all(tabs.map(async tab => {
        for (let item = left.shift(); item !== undefined; item = left.shift()) {
            try {
                await work(tab, item);
            } catch (error) {
                ok(false, `${item.path ?? item}: can be looked at`, error.stack ?? error);
            }
        }
    }));
    await Promise.all(tabs.map(tab => tab.close()));
}
