// The rules of claiming, stated a second time: small, by themselves, and without a look at the program.
//
// A model holds a handful of owners, products, devices and claim codes. Each operation answers what the cloud has to
// answer, and changes what the model believes. It knows nothing of HTTP; drive.js plays both and compares.
// Sources: Particle's API reference and claiming guide, its staff's posts (a code lives for an hour and serves once),
// Device OS (a code is sent after a full handshake alone; keep-alives of 23 min on cellular, 15 s on TCP).

const HOUR = 3_600_000;
const MINUTE = 60_000;

export const START = Date.parse('2026-01-01T00:00:00Z');

// A session begins with what the device has to say; its vitals are the last of that.
const VITALS_AFTER = 2_000;

// How a device goes from power-on to the cloud, in thousandths of its connect_ms; those from which a verb starts anew.
const FROM_POWER = 0;
const FROM_LINK = 800; // on the network; a goodbye to the cloud means something from here on

const KINDS = {
    'e-series': { keepalive: 23 * MINUTE, resumes: true },
    boron: { keepalive: 23 * MINUTE, resumes: true },
    photon: { keepalive: 15_000, resumes: false },
};

export const products = [
    { id: 6287, slug: 'acme-pump', platform: 'e-series', team: ['grace@example.com'] },
    { id: 6288, slug: 'acme-lamp', platform: 'photon', team: [] },
];

// name, the product that a customer is of.
export const owners = [
    { name: 'grace@example.com' },
    { name: 'edsger@example.com' },
    { name: 'ada@example.com', product: 6287 },
    { name: 'alan@example.com', product: 6287 },
    { name: 'emmy@example.com', product: 6288 },
];

export const devices = [
    { name: 'pump', platform: 'e-series', product: 6287 },
    { name: 'spare', platform: 'e-series', product: 6287, owner: 'alan@example.com', state: 'online' },
    { name: 'lamp', platform: 'photon', product: 6288, state: 'online' },
    { name: 'bench', platform: 'e-series', owner: 'edsger@example.com' },
    { name: 'board', platform: 'boron', owner: 'grace@example.com', state: 'online' },
    { name: 'desk', platform: 'photon', state: 'online' },
];

export const CONNECT_MS = 10_000;

export const idOf = (name) => Buffer.from(`mock-${name}`.padEnd(12, '.')).toString('hex').slice(0, 24);

const isCustomer = (name) => owners.some((owner) => owner.name === name && owner.product);

const refused = (status, body) => ({ status, body });
const ok = (body) => ({ status: 200, body });
const NOT_FOUND = refused(404, { ok: false, errors: ['device not found'] });
const BELONGS = {
    ok: false,
    errors: ['That belongs to someone else. To request a transfer add ?request_transfer=true to the URL.'],
};
const DENIED = 403;

export class Model {
    constructor() {
        this.now = START;
        this.codes = [];
        this.turns = 0;
        this.devices = devices.map((row) => ({
            ...row,
            id: idOf(row.name),
            owner: row.owner ?? null,
            product: row.product ?? null,
            state: row.state ?? 'off',
            believed: row.state === 'online', // what the cloud takes for true
            heard: row.state === 'online' ? START : null, // when the session began that it believes in
            vitals: false, // whether it sent them in this session
            silent: null, // when the device fell silent without a word
            resumable: row.state === 'online' && KINDS[row.platform].resumes,
            arrives: null, // when it will be online; of several in one instant, the one that started first
            turn: 0,
            code: null,
        }));
    }

    device(name) {
        return this.devices.find((device) => device.name === name);
    }

    // ---- the cloud

    #onTeam(owner, product) {
        return products.some((row) => row.id === product && row.team.includes(owner.name));
    }

    claim(owner, id, transfer) {
        const device = this.devices.find((row) => row.id === id);
        if (!device) {
            return NOT_FOUND; // also an id with capitals
        }
        const accepted = { ok: true, id: device.id, connected: device.believed };
        if (device.owner === owner.name) {
            return ok(accepted);
        }
        if (owner.product && device.product !== owner.product) {
            return NOT_FOUND;
        }
        const team = this.#onTeam(owner, device.product);
        if (!owner.product && device.product && !team) {
            return NOT_FOUND;
        }
        if (!device.believed && !team) {
            return NOT_FOUND;
        }
        if (device.owner) {
            return transfer ? ok({ ok: true }) : refused(403, BELONGS);
        }
        device.owner = owner.name;
        return ok(accepted);
    }

    // `product`: the code's, or null. The reply's text of the code is the server's to choose.
    askCode(owner, product) {
        if ((owner.product ?? null) !== product) {
            return refused(DENIED); // a user's own code is for users, a product's for the customers of that product
        }
        this.codes.push({ owner: owner.name, product, until: this.now + HOUR, used: false });
        const mine = this.devices.filter((device) => device.owner === owner.name).map((device) => device.id);
        return ok({ device_ids: mine.sort() });
    }

    unclaim(owner, name) {
        const device = this.device(name);
        if (device.owner !== owner.name) {
            return refused(DENIED);
        }
        device.owner = null;
        return ok({ ok: true });
    }

    // By the team: whoever owns it.
    release(product, name) {
        const device = this.device(name);
        if (device.product !== product) {
            return refused(404);
        }
        device.owner = null;
        return ok({ ok: true });
    }

    remove(product, name) {
        const device = this.device(name);
        if (device.product !== product) {
            return refused(404, { ok: false, error: 'Device not found for this product' });
        }
        if (isCustomer(device.owner)) {
            device.owner = null;
        }
        device.product = null;
        return refused(204);
    }

    import(product, name) {
        const device = this.device(name);
        const { platform, team } = products.find((row) => row.id === product);
        if (device.product || device.platform !== platform || (device.owner && !team.includes(device.owner))) {
            return ok({ updated: 0 }); // here already; elsewhere; of another platform; of somebody who isn't on the team
        }
        device.product = product;
        return ok({ updated: 1 });
    }

    // What an owner reads of a device: a stranger's is forbidden.
    read(owner, name) {
        const device = this.device(name);
        return device.owner === owner.name ? ok({ id: device.id, online: device.believed }) : refused(DENIED);
    }

    #present(device) {
        const code = this.codes[device.code];
        if (device.code === 'unknown' || code.used || this.now >= code.until) {
            return; // silence: the device keeps it
        }
        if (code.product && device.product !== code.product) {
            return;
        }
        if (device.product && device.owner && device.owner !== code.owner) {
            return;
        }
        code.used = true;
        device.owner = code.owner;
        device.code = null;
    }

    // ---- the devices

    #starts(device, from) {
        device.state = 'starting';
        device.arrives = this.now + ((1000 - from) * CONNECT_MS) / 1000;
        device.turn = ++this.turns;
    }

    #silence(device) {
        if (device.state === 'online') {
            device.silent = this.now;
        }
    }

    // Nothing is heard for two keep-alives, counted from the last one that was.
    #dropAt(device) {
        const { keepalive } = KINDS[device.platform];
        const spoke = device.heard + (device.vitals && device.silent - device.heard >= VITALS_AFTER ? VITALS_AFTER : 0);
        const last = spoke + Math.floor((device.silent - spoke) / keepalive) * keepalive;
        return last + 2 * keepalive;
    }

    #onTheWay(device) {
        return device.arrives !== null && device.arrives - this.now <= ((1000 - FROM_LINK) * CONNECT_MS) / 1000;
    }

    #goodbye(device) {
        if (device.state === 'online') {
            device.believed = false;
            device.silent = null;
        }
    }

    // Whether the verb means something in this state; what is refused changes nothing.
    act(name, verb) {
        const device = this.device(name);
        const powered = device.state !== 'off';
        switch (verb) {
            case 'power-on':
                return !powered && (this.#starts(device, FROM_POWER), true);
            case 'power-off':
                if (!powered) {
                    return false;
                }
                this.#silence(device);
                device.resumable = false;
                device.state = 'off';
                device.arrives = null;
                return true;
            case 'reset':
                return powered && (this.#silence(device), this.#starts(device, FROM_POWER), true);
            case 'disconnect':
                if (device.state !== 'online' && !this.#onTheWay(device)) {
                    return false;
                }
                this.#goodbye(device);
                device.state = 'linked';
                device.arrives = null;
                return true;
            case 'connect':
                return device.state === 'linked' && (this.#starts(device, FROM_LINK), true);
            case 'full-handshake':
                device.resumable = false;
                return true;
            default:
                throw new Error(`no verb ${verb}`);
        }
    }

    // By USB, whenever the device runs. `code`: a number of this.codes, or 'unknown'.
    storeCode(name, code) {
        const device = this.device(name);
        if (device.state === 'off') {
            return false;
        }
        device.code = code;
        return true;
    }

    #arrive(device) {
        const full = !(device.resumable && KINDS[device.platform].resumes);
        device.state = 'online';
        device.arrives = null;
        device.believed = true;
        device.heard = this.now;
        device.vitals = full;
        device.silent = null;
        device.resumable = KINDS[device.platform].resumes;
        if (full && device.code !== null) {
            this.#present(device);
        }
    }

    // The next thing that happens by itself, up to `until`.
    #next(until) {
        let best = null;
        const offer = (when, turn, what) => {
            if (when !== null && when <= until && (!best || when < best.when || (when === best.when && turn < best.turn))) {
                best = { when, turn, what };
            }
        };
        for (const device of this.devices) {
            offer(device.arrives, device.turn, () => this.#arrive(device));
            offer(device.silent === null ? null : this.#dropAt(device), 0, () => {
                device.believed = false;
                device.silent = null;
            });
        }
        return best;
    }

    advance(ms) {
        const until = this.now + ms;
        for (let next = this.#next(until); next; next = this.#next(until)) {
            this.now = Math.max(this.now, next.when);
            next.what();
        }
        this.now = until;
    }

    // What can be compared with what the server holds.
    view() {
        return this.devices.map((device) => ({
            name: device.name,
            owner: device.owner && `${isCustomer(device.owner) ? 'customer' : 'user'} ${device.owner}`,
            product: device.product,
            online: device.believed,
            truly: device.state === 'online',
            stored: device.code !== null,
        }));
    }
}
