// Methods of SIMs, product firmware, configuration and locations. See ../methods.test.js for the fields of a row.

const GRACE = { auth: 'token-of-grace' };
const PRODUCT = { ...GRACE, product: 'acme-pump' };
const PUMP = { ...PRODUCT, deviceId: 'e00fce68000000000000000a' };
const SIM = { ...GRACE, iccid: '8934076500002589174' };

export const registries = {
    listSIMs: { gets: '501', args: PRODUCT },
    getSIMDataUsage: { gets: '501', args: SIM },
    getFleetDataUsage: { gets: '501', args: PRODUCT },
    checkSIM: { gets: '501', args: SIM },
    removeSIM: { gets: '501', args: SIM },
    listProductFirmware: { gets: '501', args: PRODUCT },
    uploadProductFirmware: { gets: '501', args: { ...PRODUCT, file: Buffer.alloc(64), version: 2, title: 'two' } },
    getProductFirmware: { gets: '501', args: { ...PRODUCT, version: 2 } },
    updateProductFirmware: { gets: '501', args: { ...PRODUCT, version: 2, title: 'two' } },
    downloadProductFirmware: { gets: '501', args: { ...PRODUCT, version: 2 } },
    releaseProductFirmware: { gets: '501', args: { ...PRODUCT, version: 2, product_default: true } },
    getProductConfiguration: { gets: '501', args: PRODUCT },
    getProductConfigurationSchema: { gets: '501', args: PRODUCT },
    getProductDeviceConfiguration: { gets: '501', args: PUMP },
    getProductDeviceConfigurationSchema: { gets: '501', args: PUMP },
    setProductConfiguration: { gets: '501', args: { ...PRODUCT, config: { location: {} } } },
    setProductDeviceConfiguration: { gets: '501', args: { ...PUMP, config: { location: {} } } },
    getProductLocations: { gets: '501', args: PRODUCT },
    getProductDeviceLocations: { gets: '501', args: PUMP },
};
