/*
 * Shapes of products, of imports and of customers, and of tokens.
 *
 * Sources: recordings of particlerb (2018) and of 2019, transcripts of Particle's staff (2017,
 * 2018), Particle's API reference.
 */
#include "api/shape/shapes.h"

const struct shape shape_token = {
    .type = SHAPE_OBJECT,
    .name = "Token",
    .text = "What a grant gives. One that never expires has neither expires_in nor refresh_token.",
    .fields =
        (const struct shape_field[]){
            {"token_type",
             &(const struct shape){.type = SHAPE_STRING, .words = SHAPE_WORDS("bearer")}, 0},
            {"access_token", &shape_secret, 0},
            {"expires_in", &shape_int, SHAPE_OPTIONAL},
            {"refresh_token", &shape_secret, SHAPE_OPTIONAL},
            {"scope", &shape_string, SHAPE_OPTIONAL},
            {0}},
};

static const struct shape known_application = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"opt_in", &shape_bool, 0}, {0}},
};

static const struct shape settings = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"location", &shape_object, SHAPE_OPTIONAL},
                                     {"known_application", &known_application, SHAPE_OPTIONAL},
                                     {"quarantine", &shape_bool, 0},
                                     {0}},
};

const struct shape shape_product = {
    .type = SHAPE_OBJECT,
    .name = "Product",
    .text = "mb_limit is of 2018; org and organization_id are those of an organization's product.",
    .fields =
        (const struct shape_field[]){
            {"id", &shape_int, 0},
            {"platform_id", &shape_int, 0},
            {"name", &shape_string, 0},
            {"slug", &shape_string, 0},
            {"description", &shape_string, 0},
            {"subscription_id", &shape_int, SHAPE_NULLABLE},
            {"mb_limit", &shape_number, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"user", &shape_id, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"groups", &shape_strings, 0},
            {"settings", &settings, 0},
            {"device_protection",
             &(const struct shape){.type = SHAPE_STRING,
                                   .words = SHAPE_WORDS("active", "disabled")},
             SHAPE_OPTIONAL},
            {"org", &shape_string, SHAPE_OPTIONAL | SHAPE_NULLABLE},
            {"organization_id", &shape_id, SHAPE_OPTIONAL},
            {0}},
};

const struct shape shape_products = {
    .type = SHAPE_OBJECT,
    .name = "Products",
    .fields = (const struct shape_field[]){{"products", SHAPE_LIST(shape_product), 0}, {0}},
};

const struct shape shape_one_product = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"product", &shape_product, 0}, {0}},
};

const struct shape shape_product_created = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"ok", &shape_bool, 0}, {"product", &shape_product, 0}, {0}},
};

static const struct shape org = {
    .type = SHAPE_OBJECT,
    .name = "Organization",
    .fields =
        (const struct shape_field[]){
            {"id", &shape_id, 0}, {"slug", &shape_string, 0}, {"name", &shape_string, 0}, {0}},
};

const struct shape shape_orgs = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"organizations", SHAPE_LIST(org), 0}, {0}},
};

const struct shape shape_one_org = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"organization", &org, 0}, {0}},
};

/* ---- lists of a product ---- */

static const struct shape customer = {
    .type = SHAPE_OBJECT,
    .name = "Customer",
    .fields =
        (const struct shape_field[]){{"id", &shape_id, 0}, {"username", &shape_string, 0}, {0}},
};

static const struct shape customers = {.type = SHAPE_ARRAY, .item = &customer};

const struct shape shape_product_devices = {
    .type = SHAPE_OBJECT,
    .name = "ProductDevices",
    .text = "A page of a product's devices, and the customers that own them.",
    .fields = (const struct shape_field[]){{"devices", SHAPE_LIST(shape_product_row), 0},
                                           {"customers", &customers, 0},
                                           {"meta", &shape_meta, 0},
                                           {0}},
};

static const struct shape listed_customer = {
    .type = SHAPE_OBJECT,
    .name = "ListedCustomer",
    .fields = (const struct shape_field[]){{"id", &shape_id, 0},
                                           {"full_name", &shape_string, SHAPE_NULLABLE},
                                           {"username", &shape_string, 0},
                                           {"devices", SHAPE_LIST(shape_id), 0},
                                           {0}},
};

static const struct shape owned_device = {
    .type = SHAPE_OBJECT,
    .name = "CustomersDevice",
    .fields = (const struct shape_field[]){{"id", &shape_id, 0},
                                           {"product_id", &shape_int, 0},
                                           {"last_ip_address", &shape_string, SHAPE_NULLABLE},
                                           {"firmware_version", &shape_int, SHAPE_NULLABLE},
                                           {"online", &shape_bool, 0},
                                           {0}},
};

const struct shape shape_customers = {
    .type = SHAPE_OBJECT,
    .name = "Customers",
    .text = "A page of the customers that own a device, and those devices.",
    .fields = (const struct shape_field[]){{"customers", SHAPE_LIST(listed_customer), 0},
                                           {"devices", SHAPE_LIST(owned_device), 0},
                                           {"meta", &shape_meta, 0},
                                           {0}},
};

const struct shape shape_imported = {
    .type = SHAPE_OBJECT,
    .name = "Imported",
    .text = "What became of each identifier of an import, as it was sent.",
    .fields = (const struct shape_field[]){{"updated", &shape_int, 0},
                                           {"updatedDeviceIds", &shape_strings, 0},
                                           {"existingDeviceIds", &shape_strings, 0},
                                           {"nonmemberDeviceIds", &shape_strings, 0},
                                           {"invalidDeviceIds", &shape_strings, 0},
                                           {"protectedDeviceIds", &shape_strings, 0},
                                           {0}},
};
