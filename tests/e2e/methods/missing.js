// Methods whose routes are not imitated: libraries, Device OS releases, logic, ledgers. See
// ../methods.test.js for the fields of a row.

const GRACE = { auth: 'token-of-grace' };
const LOGIC = { ...GRACE, logicFunctionId: '000000000000000000000001' };
const LEDGER = { ...GRACE, ledgerName: 'flow' };
const INSTANCE = { ...LEDGER, scopeValue: '6287' };
const CODE = { name: 'f', source: { type: 'JavaScript', code: 'export default function f() {}' } };

const rows = {
    listLibraries: GRACE,
    getLibrary: { ...GRACE, name: 'none' },
    getLibraryVersions: { ...GRACE, name: 'none' },
    contributeLibrary: { ...GRACE, archive: Buffer.from('no archive') },
    publishLibrary: { ...GRACE, name: 'none' },
    deleteLibrary: { ...GRACE, name: 'none' },
    executeLogic: { ...GRACE, logic: { source: CODE.source } },
    createLogicFunction: { ...GRACE, logicFunction: CODE },
    getLogicFunction: LOGIC,
    updateLogicFunction: { ...LOGIC, logicFunction: CODE },
    deleteLogicFunction: LOGIC,
    listLogicFunctions: GRACE,
    listLogicRuns: LOGIC,
    getLogicRun: { ...LOGIC, logicRunId: '1' },
    getLogicRunLogs: { ...LOGIC, logicRunId: '1' },
    createLedger: { ...GRACE, ledger: { name: 'flow', scope: 'Device', direction: 'Upstream' } },
    getLedger: LEDGER,
    updateLedger: { ...LEDGER, ledger: { description: 'litres' } },
    archiveLedger: LEDGER,
    listLedgers: GRACE,
    getLedgerInstance: INSTANCE,
    setLedgerInstance: { ...INSTANCE, instance: { data: {} } },
    deleteLedgerInstance: INSTANCE,
    listLedgerInstances: LEDGER,
    listLedgerInstanceVersions: INSTANCE,
    getLedgerInstanceVersion: { ...INSTANCE, version: '1' },
    listDeviceOsVersions: { ...GRACE, platformId: 13 },
    getDeviceOsVersion: { ...GRACE, version: '6.0.0' },
};

export const missing = Object.fromEntries(Object.entries(rows).map(([method, args]) => [method, { gets: '501', args }]));
