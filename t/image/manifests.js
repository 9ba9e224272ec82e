// node manifests.js FILE...: judges Kubernetes manifests by the schemas of Kubernetes' own API (npm kubernetes-models), one line for
// each mistake. A schema says what a field must be, not that there are no others; so every object is wrapped, and what the validator
// never asked for is no field of the API.
const fs = require('fs');
const path = require('path');
const yaml = require('js-yaml');

// Operators' types have no schema here: these are the fields of theirs that we use, as their reference documents them.
const known = {
    'postgresql.cnpg.io/v1 Cluster': {
        apiVersion: '', kind: '', metadata: { name: '' },
        spec: {
            instances: 1, enableSuperuserAccess: true, bootstrap: { initdb: { database: '', owner: '' } },
            managed: { roles: [{ name: '', ensure: '', login: true, passwordSecret: { name: '' } }] },
            postgresql: { parameters: null }, storage: { size: '' }, resources: null,
        },
    },
    'undefined undefined': { namespace: '', resources: [''] },    // a kustomization may leave both out
};

// Mistakes of `data` beside an example of its shape; null: anything.
function differences(data, shape, at) {
    if (shape === null) return [];
    if (Array.isArray(shape)) {
        return Array.isArray(data) ? data.flatMap((each, i) => differences(each, shape[0], `${at}/${i}`)) : [`${at} must be a list`];
    }
    if (typeof shape !== 'object') return typeof data === typeof shape ? [] : [`${at} must be a ${typeof shape}`];
    if (typeof data !== 'object' || data === null) return [`${at} must be an object`];
    return Object.keys(data).flatMap((key) => key in shape ? differences(data[key], shape[key], `${at}/${key}`) : [`${at}/${key} is unknown`]);
}

// The same data, remembering which of its fields were looked at.
function watched(data, at, unread) {
    if (typeof data !== 'object' || data === null) return data;
    const copy = Array.isArray(data) ? [] : {};
    for (const key of Object.keys(data)) {
        copy[key] = watched(data[key], `${at}/${key}`, unread);
        if (!Array.isArray(data)) unread.add(`${at}/${key}`);
    }
    return new Proxy(copy, {
        get(target, key) {
            unread.delete(`${at}/${String(key)}`);
            return target[key];
        },
    });
}

function mistakes(document) {
    const type = `${document.apiVersion} ${document.kind}`;
    const unread = new Set();
    let model;
    if (known[type]) return differences(document, known[type], '');
    try {
        model = require(`kubernetes-models/${document.apiVersion}/${document.kind}`)[document.kind];
    } catch (error) {
        return [`there is no ${type}`];
    }
    try {
        model.prototype.validate.call(watched(document, '', unread));
    } catch (error) {
        return [error.message];
    }
    return [...unread].map((field) => `${field} is unknown`);
}

let checked = 0;
for (const file of process.argv.slice(2)) {
    for (const document of yaml.loadAll(fs.readFileSync(file, 'utf8'))) {
        checked++;
        for (const mistake of mistakes(document)) console.log(`${path.basename(file)}: ${document.kind}: ${mistake}`);
    }
}
console.log(`${checked} documents`);
