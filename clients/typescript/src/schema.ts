export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the process responds
         * @description Needs no token.
         *
         *     Restart the process if this check fails.
         */
        get: operations["checkLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check that the instance can serve requests
         * @description Needs no token.
         *
         *     Send requests to the instance while this is 200.
         */
        get: operations["checkReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the metrics
         * @description Needs no token.
         *
         *     In the text format of Prometheus. If METRICS_TOKEN is set, send it as Bearer. In production the main port serves metrics only with this token.
         */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List audit events, newest first
         * @description Needs the permission `audit:read` (admin). An API key also needs the scope `audit:read`.
         *
         *     Shows who did what and when: successful and failed log-ins, refused requests, and every change of users and customers. An event must match all given filters.
         */
        get: operations["listAuditEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register an account
         * @description Needs no token.
         */
        post: operations["registerAccount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Needs no token.
         *
         *     Send the password and exactly one of login, username, email and mobile. An account with a second factor also needs otp or recovery_code. Without a code, a correct password is answered with mfa_required. Each code works once.
         */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for a new pair
         * @description Needs a refresh token.
         *
         *     For a grace period after a refresh (30 s by default), the new token and the previous one both return the new token again, with a new access token. This way browser tabs and retries do not disturb each other. Any older token counts as stolen and revokes its session.
         */
        post: operations["refreshTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Check an access token or an API key
         * @description Open to every user and every API key.
         *
         *     For gateways and other services, which do not know which sessions are revoked. The answer is 200 while the token is valid and its session is active, or while the API key is active, and 401 otherwise. The check needs no database query, except for a key that this instance has not seen recently.
         */
        get: operations["checkAccessToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log out
         * @description Needs an access token or a refresh token.
         *
         *     Revokes the session: every instance refuses its tokens from the next request on. Send an access token as Bearer, or a refresh token in the body or as Bearer.
         */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/activation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an address with its code
         * @description Needs no token. An access token is optional.
         *
         *     Activates the account that registered with the address. To confirm a changed address, also send the access token of the account as Bearer, because the code is valid for this account only. After a 401 for an invalid access token, send the same code with a new token. A code is valid for 15 minutes, five attempts and one use. Blanks and dashes in it are ignored.
         */
        post: operations["activateAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/activation/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a new activation code
         * @description Needs no token. An access token is optional.
         *
         *     The response is the same whether or not an account waits for a code at the address. The new code replaces the old one. If several accounts wait to change to this address, send the access token of your account.
         */
        post: operations["resendActivationCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request a password reset
         * @description Needs no token.
         *
         *     Sends a link to the address. The response is the same whether or not an account has it. The link is valid for 30 minutes and one use. A new link replaces the old one.
         */
        post: operations["requestPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with a reset token
         * @description Needs no token.
         *
         *     Revokes all sessions of the account and resets its count of failed log-ins. The token remains valid when the new password is refused (400 validation_failed).
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/step-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Step up the session
         * @description Open to every user.
         *
         *     Sensitive requests need a log-in or a step-up within the last 10 minutes, because a stolen access token must not be enough for them. Send a code of the second factor, or the password if the account has no second factor. The access token stays the same. After several wrong codes the account has to wait (429). The eighth wrong code in a row revokes the session.
         */
        post: operations["stepUpSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Needs the permission `users:read` (admin, user, viewer). An API key also needs the scope `users:read`.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Create a user
         * @description Needs the permission `users:admin` (admin).
         *
         *     To create an admin, log in or step up within the last 10 minutes. If the service requires activation, a pending account gets its code at the address that ACCOUNT_ACTIVATION names, or else at its only one. Without an address, only an admin can activate it.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description Needs the permission `users:read` (admin, user, viewer), or the account itself. An API key also needs the scope `users:read`.
         */
        get: operations["getUser"];
        /**
         * Replace a user
         * @description Needs the permission `users:admin` (admin), or the account itself.
         *
         *     A missing field is cleared. A missing role or status stays as it is. To change a role, a status, or the username or an address of another account, an admin must have logged in or stepped up within the last 10 minutes.
         */
        put: operations["replaceUser"];
        post?: never;
        /**
         * Delete a user permanently
         * @description Needs the permission `users:admin` (admin), or the account itself.
         *
         *     Revokes all sessions of the user and removes the stored responses that show it. The username and addresses become free. It needs a log-in or a step-up within the last 10 minutes. To delete your own account, current_password is enough.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Update a user
         * @description Needs the permission `users:admin` (admin), or the account itself.
         *
         *     A missing field stays as it is; null clears it. If the service requires activation, your own new address is set aside as pending_email or pending_mobile, and a code is sent to it. The address changes when POST /auth/activation confirms it within 24 hours. Send the current address to cancel. The old addresses are notified of every change. To change a role, a status, or the username or an address of another account, an admin must have logged in or stepped up within the last 10 minutes.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/v1/users/{id}/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change my password
         * @description Open to the account itself.
         *
         *     Send the current password and a new one, which must not be a common one. Revokes all other sessions.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a user a password reset link
         * @description Needs the permission `users:admin` (admin).
         *
         *     Sends the link to the e-mail of the account, or else to its mobile. For an account without an address, create the link on the server: npm run users:reset-link -- <username>. A disabled account cannot use a link. Set its status to active first.
         */
        post: operations["sendPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a user's sessions, newest first
         * @description Needs the permission `users:admin` (admin), or the account itself.
         */
        get: operations["listUserSessions"];
        put?: never;
        post?: never;
        /**
         * Revoke all of a user's sessions
         * @description Needs the permission `users:admin` (admin), or the account itself.
         *
         *     For a service account, this revokes all of its API keys.
         */
        delete: operations["revokeUserSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read whether my log-in needs a second factor
         * @description Open to every user.
         */
        get: operations["getMfa"];
        put?: never;
        post?: never;
        /**
         * Remove my second factor
         * @description Open to every user. Needs a log-in or a step-up in the last 10 minutes.
         *
         *     Log-ins need only the password again. Revokes all other sessions.
         */
        delete: operations["removeMfa"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/mfa/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add an authenticator application
         * @description Open to every user. Needs a log-in or a step-up in the last 10 minutes.
         *
         *     Show otpauth_uri as a QR code, let the person scan it, and confirm it with the first code within 10 minutes. Nothing changes before. Another request replaces the secret.
         */
        post: operations["addTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/mfa/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm the application with its first code
         * @description Open to every user.
         *
         *     From now on a log-in needs a code. Revokes all other sessions. The response contains ten recovery codes, which are not shown again. Ask the person to store them.
         */
        post: operations["confirmTotp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/me/mfa/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace my recovery codes
         * @description Open to every user. Needs a log-in or a step-up in the last 10 minutes.
         *
         *     The response contains ten new codes. The old ones no longer work.
         */
        post: operations["replaceRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/mfa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Reset a user's second factor
         * @description Needs the permission `users:admin` (admin). Needs a log-in or a step-up in the last 10 minutes.
         *
         *     For a user who has lost both the authenticator and the recovery codes. Verify the identity of the person who asks for it. Revokes all sessions of the user and notifies the user.
         */
        delete: operations["resetUserMfa"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the active API keys of a service account, newest first
         * @description Needs the permission `keys:admin` (admin).
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create an API key for a service account
         * @description Needs the permission `keys:admin` (admin). Needs a log-in or a step-up in the last 10 minutes.
         *
         *     Only this response shows the key. If you lose it, create another key and revoke this one. Therefore the route takes no Idempotency-Key. An account has at most 10 active keys.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}/keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description Needs the permission `keys:admin` (admin). Needs a log-in or a step-up in the last 10 minutes.
         *
         *     Every instance refuses the key from the next request on.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import customers from CSV, JSON or NDJSON
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         *
         *     The body is streamed. It may have up to IMPORT_MAX_BYTES (1 GiB by default) and IMPORT_MAX_ROWS rows (10,000,000). The response is 202 when
         *     all of it has arrived. Then read the import at `Location` until its status is not `running`. An account may run two imports at the same time.
         *
         *     **Forms.** CSV with a header, a JSON array, an object with one array of objects (also deeper, as in GraphQL), one JSON object per line, or JSON
         *     objects in sequence. The body may also be a form with one file, or have `Content-Encoding: gzip`; the file of a form is decompressed
         *     when its name ends in `.gz`. The encoding is that of the byte order mark, else the charset of the Content-Type, else UTF-8.
         *
         *     **Columns.** The fields are external_id, name, email, dob, country, language, phone, metadata. Headers are compared without case, blanks, dashes, `_`, `.` and `*`.
         *     Also known are customer id, e-mail, email address, date of birth, birthdate, birthday, full name, phone number,
         *     mobile, country code, locale, and `metadata.KEY` for a key of the metadata. First name and last name are combined if there is no column for the name. `columns`
         *     maps all others. `id` finds a customer in an upsert. Other server-owned fields are ignored.
         *
         *     **Values** are trimmed, and a `'` before `=+-@` or a digit is dropped. Countries and languages may be
         *     codes, locales or names in many languages. `date_format` sets the format of dates. `NULL`, `NaN`, `N/A`, `-` and similar texts count as empty
         *     cells unless the field accepts such a text. In JSON `false`, `[]` and `{}` are empty as well, and the types of MongoDB are read as their values.
         *
         *     **Problems.** The header is checked once. `problems` counts the problems by kind. Each detail names the parameter
         *     that can help.
         */
        post: operations["startImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/import/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview an import
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         *
         *     Shows how an import would understand a file: its format, the target of each column, and the first rows. It stores nothing.
         *
         *     Send the whole file, or better only its beginning: the service reads until it has the rows, at most 1 MiB after decompression. The file may
         *     be cut off anywhere, also within gzip, if its header and one row are complete. A last row without a line break is shown as far as it was sent.
         *
         *     A file that an import would refuse is 200 as well. `error` has the reason, as in an import, and an unknown column has the target null.
         */
        post: operations["previewImport"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imports, newest first
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         */
        get: operations["listImports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the progress and the result of an import
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         *
         *     An import is stored for 30 days after its start.
         */
        get: operations["getImport"];
        put?: never;
        post?: never;
        /**
         * Cancel an import
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         *
         *     With on_error=abort nothing is imported. With skip the rows that were merged before stay.
         */
        delete: operations["cancelImport"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/imports/{id}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the problems of an import, by line
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         *
         *     The service stores at most 10,000 problems of an import, but the import counts all of them by kind. With format=csv the response is one file.
         */
        get: operations["listImportErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export customers as CSV, JSON or NDJSON
         * @description Needs the permission `customers:read` (admin, user, viewer). An API key also needs the scope `customers:read`.
         *
         *     Streams all fields in the order of creation, or only the `n` youngest. An import in upsert mode finds each customer by its id, so you can edit an export and import it again. A customer that changes during the export appears as before or as after the change. CSV is safe for spreadsheets: values that look like a formula begin with a ', which the import removes. An account may run two exports at the same time.
         */
        get: operations["exportCustomers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create, change and delete many customers at once
         * @description Needs the permission `customers:write` (admin, user). An API key also needs the scope `customers:write`.
         *
         *     Executes 1 to 100 operations in order. Each has its own result, and a failed one does not stop the others. With `atomic`, either all are executed or none. The response is then the first failure, and its `errors` name the operation. Each operation counts towards the limit of writes. A batch that exceeds the rest of the limit is answered with 429 and counts nothing. A batch has at most 64 KiB, like every body: 650 bytes for each of 100 operations. POST /customers/import accepts larger files.
         */
        post: operations["runBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/statistics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Count customers by month of creation and decade of birth
         * @description Needs the permission `customers:read` (admin, user, viewer). An API key also needs the scope `customers:read`.
         *
         *     Deleted customers are not counted. For more than about 100,000 customers the counts are estimated from a random sample of the table, and `is_estimate` is true.
         */
        get: operations["getCustomerStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List customers, or the n youngest
         * @description Needs the permission `customers:read` (admin, user, viewer). An API key also needs the scope `customers:read`.
         *
         *     `?n=5` returns the five youngest customers, by date of birth and then id, both descending. The filters apply to a list and to the youngest.
         */
        get: operations["listCustomers"];
        /**
         * Replace or create a customer by its external id
         * @description Needs the permission `customers:write` (admin, user). An API key also needs the scope `customers:write`.
         *
         *     Creates the customer when no undeleted customer has this external id, and answers 201. A missing field is cleared. If the body has an external_id, it must be the same.
         */
        put: operations["replaceCustomerByExternalId"];
        /**
         * Create a customer
         * @description Needs the permission `customers:write` (admin, user). An API key also needs the scope `customers:write`.
         *
         *     Requires at least one of name, email and external_id.
         */
        post: operations["createCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Update or create a customer by its external id
         * @description Needs the permission `customers:write` (admin, user). An API key also needs the scope `customers:write`.
         *
         *     Creates the customer when no undeleted customer has this external id, and answers 201. A missing field stays as it is; null clears it. If the body has an external_id, it must be the same.
         */
        patch: operations["updateCustomerByExternalId"];
        trace?: never;
    };
    "/api/v1/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a customer
         * @description Needs the permission `customers:read` (admin, user, viewer). An API key also needs the scope `customers:read`.
         */
        get: operations["getCustomer"];
        /**
         * Replace a customer
         * @description Needs the permission `customers:write` (admin, user). An API key also needs the scope `customers:write`.
         *
         *     A missing field is cleared.
         */
        put: operations["replaceCustomer"];
        post?: never;
        /**
         * Delete a customer
         * @description Needs the permission `customers:write` (admin, user). An API key also needs the scope `customers:write`.
         *
         *     Reads no longer return the customer. Its e-mail and external id become free. An admin can restore it.
         */
        delete: operations["deleteCustomer"];
        options?: never;
        head?: never;
        /**
         * Update a customer
         * @description Needs the permission `customers:write` (admin, user). An API key also needs the scope `customers:write`.
         *
         *     A missing field stays as it is; null clears it (RFC 7396).
         */
        patch: operations["updateCustomer"];
        trace?: never;
    };
    "/api/v1/customers/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a deleted customer
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         */
        post: operations["restoreCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a customer's history
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         *
         *     Shows who changed what and when, newest first, also for deleted customers.
         */
        get: operations["getCustomerHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export all data about a customer
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`.
         *
         *     Also works for deleted customers.
         */
        get: operations["exportPersonalData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erase a customer permanently
         * @description Needs the permission `customers:admin` (admin). An API key also needs the scope `customers:admin`. Needs a log-in or a step-up in the last 10 minutes.
         *
         *     Overwrites the personal data in the customer, its history and stored responses. Also works for deleted customers. It cannot be undone. Afterwards the customer is 404.
         */
        post: operations["eraseCustomer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the feed of changes
         * @description Needs the permission `events:read` (admin, user, viewer). An API key also needs the scope `events:read`.
         *
         *     Returns every committed change of customers and users exactly once. To keep a copy: (1) read `?from=now` and store `page.next_cursor`, (2) export all customers, (3) read `?cursor=` repeatedly, apply each event to the copy, and store the next cursor. After a 410 `cursor_expired`, start again with (1).
         *
         *     An event appears after all older writing transactions have ended, so a long transaction delays the feed. Events of overlapping transactions can be in either order: the higher `data.version` of an object is the newer one. The feed stores no personal data: `data.object` is read together with the feed.
         */
        get: operations["readEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks, newest first
         * @description Needs the permission `webhooks:admin` (admin).
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Needs the permission `webhooks:admin` (admin). Needs a log-in or a step-up in the last 10 minutes.
         *
         *     From now on, the service sends each event of the given types to the URL as a signed POST (Standard Webhooks 1.0). The section `webhooks` of the OpenAPI document describes the request. Any 2xx within 15 seconds is a success. The service retries other responses nine times over three days. Events can arrive more than once and in any order: compare `webhook-id` and `data.version`.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description Needs the permission `webhooks:admin` (admin).
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description Needs the permission `webhooks:admin` (admin).
         *
         *     Pending deliveries are no longer sent.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Update, pause or resume a webhook
         * @description Needs the permission `webhooks:admin` (admin).
         *
         *     A missing field stays as it is. A webhook keeps its position in the feed while it is paused or disabled, and continues from there. A new URL needs a log-in or a step-up within the last 10 minutes.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/api/v1/webhooks/{id}/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the secret of a webhook
         * @description Needs the permission `webhooks:admin` (admin). Needs a log-in or a step-up in the last 10 minutes.
         *
         *     For 24 hours each request is signed with both secrets. Another change within this time invalidates the oldest secret at once.
         */
        post: operations["changeWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test to a webhook
         * @description Needs the permission `webhooks:admin` (admin).
         *
         *     Sends an event of the type `webhook.test` once, even to a paused or disabled webhook.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries of a webhook, newest first
         * @description Needs the permission `webhooks:admin` (admin).
         *
         *     A delivery is stored for 30 days after it has succeeded or failed.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{id}/deliveries/{delivery_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a failed delivery
         * @description Needs the permission `webhooks:admin` (admin).
         *
         *     The delivery is sent now. The schedule of retries starts again.
         */
        post: operations["retryWebhookDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List my sessions, newest first
         * @description Open to every user.
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke one of my sessions
         * @description Open to every user.
         */
        delete: operations["revokeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the keys that verify access tokens
         * @description Needs no token.
         *
         *     A JWK set (RFC 7517), for services that verify access tokens themselves. Cache it for a shorter time than passes between two steps of a key rotation. 404 unless JWT_ALGORITHM is ES256.
         */
        get: operations["getSigningKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    event: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An event, as it is sent to a webhook
         * @description Signed according to Standard Webhooks 1.0. Answer with any 2xx within 15 seconds. The body of the response is not read. Redirects are failures. `Retry-After` is respected up to a day.
         */
        post: operations["receiveEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        LivenessResponse: {
            /**
             * @description The process responds.
             * @example ok
             * @enum {string}
             */
            status: "ok";
        };
        ReadinessResponse: {
            /**
             * @description The worst result of the checks. The response is 503 only for `unavailable`.
             * @example ok
             * @enum {string}
             */
            status: "ok" | "degraded" | "unavailable";
            /**
             * @description The result of each check by its name.
             * @example {
             *       "postgres": {
             *         "status": "ok"
             *       }
             *     }
             */
            checks: {
                [key: string]: {
                    /** @enum {string} */
                    status: "ok" | "degraded" | "unavailable";
                    /** @description Why the result is not `ok`. */
                    reason?: string;
                };
            };
        };
        AuditEventResponse: {
            /**
             * Format: uuid
             * @description The id of the event.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-11-20T07:00:00.000Z
             */
            at: string;
            /**
             * @description The action.
             * @example customer_updated
             * @enum {string}
             */
            action: "register" | "login" | "login_failed" | "logout" | "session_ended" | "refresh_reused" | "activated" | "activation_failed" | "password_changed" | "password_reset_requested" | "password_reset" | "password_reset_failed" | "password_check_failed" | "mfa_enabled" | "mfa_disabled" | "mfa_reset" | "recovery_codes_replaced" | "recovery_code_used" | "step_up" | "user_created" | "user_updated" | "role_changed" | "status_changed" | "user_deleted" | "key_created" | "key_revoked" | "denied" | "customer_created" | "customer_updated" | "customer_deleted" | "customer_restored" | "customer_erased" | "customers_imported" | "customers_exported" | "webhook_created" | "webhook_updated" | "webhook_secret_changed" | "webhook_tested" | "webhook_delivery_retried" | "webhook_disabled" | "webhook_deleted";
            /**
             * @description Whether the action succeeded or failed.
             * @example success
             * @enum {string}
             */
            outcome: "success" | "failure";
            /**
             * Format: uuid
             * @description The account that acted.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            actor_id: string | null;
            /**
             * @description The kind of record that the event is about.
             * @example customer
             */
            subject_type: string | null;
            /**
             * Format: uuid
             * @description The id of that record.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            subject_id: string | null;
            /**
             * @description The address that the request came from.
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * @description The `X-Request-Id` of the request.
             * @example 0f8fad5b-d9cb-469f-a165-70867728950e
             */
            request_id: string | null;
            /**
             * @description Details of the action; `changes` holds each field before and after.
             * @example {
             *       "changes": {
             *         "country": {
             *           "from": null,
             *           "to": "GB"
             *         }
             *       }
             *     }
             */
            details: {
                [key: string]: unknown;
            } | null;
        };
        PageInfo: {
            /**
             * Format: int32
             * @description The maximum number of rows on the page.
             * @example 20
             */
            limit: number;
            /**
             * @description Whether rows follow this page.
             * @example false
             */
            has_more: boolean;
            /**
             * @description The `cursor` of the next page; null on the last page.
             * @example null
             */
            next_cursor: string | null;
            /**
             * @description True if a search stopped early, otherwise missing. A search reads a limited number of rows for each page, so `data` can be short or empty although more matches follow. Continue with `next_cursor`, except with `n`.
             * @example true
             */
            is_incomplete?: boolean;
            /**
             * Format: int32
             * @description The number of all matching rows, up to 10000. Only with `count=exact`.
             * @example 1
             */
            total?: number;
            /**
             * @description True if there are more rows than `total`, otherwise missing.
             * @example true
             */
            total_is_lower_bound?: boolean;
        };
        AuditEventPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["AuditEventResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        RegisterBody: {
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly created_at?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly updated_at?: string;
            /**
             * Format: int32
             * @description Accepted and ignored.
             */
            readonly version?: number;
            /**
             * @description Unique. Case does not matter.
             * @example jane.doe
             */
            username?: string | null;
            /**
             * Format: email
             * @description Unique. Case does not matter. Stored as sent. The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description Unique. Spaces, dots, dashes and brackets are removed. A number with a country code is stored as E.164.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /**
             * @description The full name, stored as sent.
             * @example Jane Doe
             */
            name?: string | null;
            /**
             * @description Upper and lower case are accepted.
             * @example female
             * @enum {string|null}
             */
            gender?: "female" | "male" | "other" | null;
            /**
             * Format: password
             * @description 8 to 128 characters of any kind. It must not be the username, e-mail, mobile or name of the account.
             * @example correct horse battery staple
             */
            password: string;
            /**
             * @description The role that registration assigns.
             * @example user
             * @enum {string|null}
             */
            role?: "admin" | "user" | "viewer" | "guest" | null;
        };
        UserResponse: {
            /**
             * Format: uuid
             * @description The id of the account.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * @description Whether the account belongs to a person or to a program. Never changes.
             * @example person
             * @enum {string}
             */
            kind: "person" | "service";
            /**
             * @description Unique. Case does not matter.
             * @example jane.doe
             */
            username: string | null;
            /**
             * @description The e-mail address, as sent.
             * @example jane@example.com
             */
            email: string | null;
            /**
             * @description The mobile number, as stored.
             * @example +4915123456789
             */
            mobile: string | null;
            /**
             * @description The full name, as sent.
             * @example Jane Doe
             */
            name: string | null;
            /**
             * @description As stated by the account holder.
             * @example female
             * @enum {string|null}
             */
            gender: "female" | "male" | "other" | null;
            /**
             * @description Decides on the permissions.
             * @example user
             * @enum {string}
             */
            role: "admin" | "user" | "viewer" | "guest";
            /**
             * @description Only an active account can log in.
             * @example active
             * @enum {string}
             */
            status: "active" | "pending" | "disabled";
            /**
             * @description A new e-mail address that waits for its code, for up to 24 hours. Only the user and admins see it. It is absent when there is none. To cancel it, send the current address as email, or null as pending_email.
             * @example jane.new@example.com
             */
            pending_email?: string;
            /**
             * @description The same for a new mobile number.
             * @example +4915198765432
             */
            pending_mobile?: string;
            /**
             * Format: date-time
             * @description When the account was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the account was last changed.
             * @example 2026-11-20T07:00:00.000Z
             */
            updated_at: string;
            /**
             * Format: int32
             * @description Increases with each change. The ETag is made from it.
             * @example 1
             */
            version: number;
        };
        LoginBody: {
            /**
             * @description A username, an e-mail address or a mobile number, recognised by its form. A username that looks like a number, such as 2026-001, counts as the number if an account has it: use `username`.
             * @example jane.doe
             */
            login?: string | null;
            /**
             * @description The username of the account.
             * @example jane.doe
             */
            username?: string | null;
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description The mobile number of the account.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /**
             * Format: password
             * @description The password of the account.
             * @example correct horse battery staple
             */
            password: string;
            /**
             * @description The six digits that the authenticator application shows now. Accounts without a second factor ignore it.
             * @example 482913
             */
            otp?: string | null;
            /**
             * @description One of the recovery codes, instead of the code of the application.
             * @example K5QXGZLSMFZWI3DPOJSW2IDU
             */
            recovery_code?: string | null;
        };
        TokenPairResponse: {
            /**
             * @description For the Authorization header of every request.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl
             */
            access_token: string;
            /**
             * @description For POST /auth/refresh, which returns the next one.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCJ9.e30.c2lnbmF0dXJl
             */
            refresh_token: string;
            /**
             * @description How the access token is sent: `Authorization: Bearer <token>`.
             * @example Bearer
             * @enum {string}
             */
            token_type: "Bearer";
            /**
             * Format: int32
             * @description Seconds until the access token expires.
             * @example 600
             */
            expires_in: number;
            /**
             * Format: int32
             * @description Seconds until the refresh token expires.
             * @example 2592000
             */
            refresh_expires_in: number;
            /**
             * @description Present when the account must add a second factor, POST /users/me/mfa/totp. Until then the access token has the role guest. Refresh the session afterwards.
             * @example true
             * @enum {boolean}
             */
            mfa_enrolment_required?: true;
        };
        RefreshTokenBody: {
            /**
             * @description The refresh token. It takes precedence over a token in the Authorization header.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCJ9.e30.c2lnbmF0dXJl
             */
            refresh_token?: string | null;
        };
        TokenResponse: {
            /**
             * Format: uuid
             * @description The account that the token belongs to.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            user_id: string;
            /**
             * Format: uuid
             * @description The session that the token belongs to. For an API key, the id of the key.
             * @example 01890a5d-b0e1-7c3f-9a4e-5d6f7a8b9c0d
             */
            session_id: string;
            /**
             * @description The role of the account when the token was issued or the key was created.
             * @example user
             * @enum {string}
             */
            role: "admin" | "user" | "viewer" | "guest";
            /**
             * Format: date-time
             * @description When the token or the key expires, unless its session is revoked before.
             * @example 2026-11-20T07:10:00.000Z
             */
            expires_at: string;
            /**
             * @description The permissions of the role. For an API key, only those among its scopes.
             * @example [
             *       "customers:read",
             *       "customers:write",
             *       "users:read"
             *     ]
             */
            permissions: ("customers:read" | "customers:write" | "customers:admin" | "users:read" | "users:admin" | "keys:admin" | "audit:read" | "events:read" | "webhooks:admin")[];
            /**
             * @description A service account uses an API key, a person an access token.
             * @example person
             * @enum {string}
             */
            kind: "person" | "service";
            /**
             * Format: uuid
             * @description The id of the API key; null for an access token.
             * @example null
             */
            key_id: string | null;
        };
        ActivationBody: {
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description The mobile number of the account.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /**
             * @description The six digits of the newest message. Blanks and dashes between them are ignored.
             * @example 482913
             */
            code: string;
        };
        AddressBody: {
            /**
             * Format: email
             * @description The e-mail address of the account.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description The mobile number of the account.
             * @example +49 151 23456789
             */
            mobile?: string | null;
        };
        PasswordResetBody: {
            /**
             * @description The text after `#token=` in the link.
             * @example q0Yk0FQ7cX3m2v8sHn5r1bWzJd9tLp6uKe4gAaVxMfo
             */
            token: string;
            /**
             * Format: password
             * @description 8 to 128 characters of any kind. It must not be the username, e-mail, mobile or name of the account.
             * @example six crows over the harbour
             */
            new_password: string;
        };
        StepUpBody: {
            /**
             * @description The six digits that the authenticator application shows now.
             * @example 482913
             */
            otp?: string | null;
            /**
             * @description One of the recovery codes, instead of the code of the application.
             * @example K5QXGZLSMFZWI3DPOJSW2IDU
             */
            recovery_code?: string | null;
            /**
             * Format: password
             * @description The password, for an account without a second factor.
             * @example correct horse battery staple
             */
            password?: string | null;
        };
        UserPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["UserResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        CreateUserBody: {
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly created_at?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly updated_at?: string;
            /**
             * Format: int32
             * @description Accepted and ignored.
             */
            readonly version?: number;
            /**
             * @description Unique. Case does not matter.
             * @example jane.doe
             */
            username?: string | null;
            /**
             * Format: email
             * @description Unique. Case does not matter. Stored as sent. The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description Unique. Spaces, dots, dashes and brackets are removed. A number with a country code is stored as E.164.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /**
             * @description The full name, stored as sent.
             * @example Jane Doe
             */
            name?: string | null;
            /**
             * @description Upper and lower case are accepted.
             * @example female
             * @enum {string|null}
             */
            gender?: "female" | "male" | "other" | null;
            /**
             * @description Default: person. A service account belongs to a program. It has API keys, but no password and no address, and it cannot be an admin.
             * @example person
             * @enum {string|null}
             */
            kind?: "person" | "service" | null;
            /**
             * Format: password
             * @description Without a password, the user sets one by a password reset.
             * @example correct horse battery staple
             */
            password?: string | null;
            /**
             * @description Default: user.
             * @example user
             * @enum {string|null}
             */
            role?: "admin" | "user" | "viewer" | "guest" | null;
            /**
             * @description Default: active.
             * @example active
             * @enum {string|null}
             */
            status?: "active" | "pending" | "disabled" | null;
        };
        UpdateUserBody: {
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly created_at?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly updated_at?: string;
            /**
             * Format: int32
             * @description Accepted and ignored.
             */
            readonly version?: number;
            /**
             * @description Unique. Case does not matter.
             * @example jane.doe
             */
            username?: string | null;
            /**
             * Format: email
             * @description Unique. Case does not matter. Stored as sent. The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description Unique. Spaces, dots, dashes and brackets are removed. A number with a country code is stored as E.164.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /**
             * @description The full name, stored as sent.
             * @example Jane Doe
             */
            name?: string | null;
            /**
             * @description Upper and lower case are accepted.
             * @example female
             * @enum {string|null}
             */
            gender?: "female" | "male" | "other" | null;
            /**
             * @description Never changes: any other value than the current one fails.
             * @enum {string|null}
             */
            kind?: "person" | "service" | null;
            /** @description null cancels the change of the address. Send the value back as you read it to keep the set-aside address when you also send the current one. Other values are ignored. */
            readonly pending_email?: string | null;
            /** @description null cancels the change of the address. Send the value back as you read it to keep the set-aside address when you also send the current one. Other values are ignored. */
            readonly pending_mobile?: string | null;
            /**
             * @description Only admins may send another value than the current one.
             * @enum {string|null}
             */
            role?: "admin" | "user" | "viewer" | "guest" | null;
            /**
             * @description Only admins may send another value than the current one.
             * @enum {string|null}
             */
            status?: "active" | "pending" | "disabled" | null;
            /**
             * Format: password
             * @description The current password. Required to change your own username, email or mobile.
             * @example correct horse battery staple
             */
            current_password?: string | null;
        };
        DeleteUserBody: {
            /**
             * Format: password
             * @description The current password. Required to delete your own account, unless you logged in or stepped up within the last 10 minutes.
             * @example correct horse battery staple
             */
            current_password?: string | null;
        };
        ChangePasswordBody: {
            /**
             * Format: password
             * @description The current password.
             * @example correct horse battery staple
             */
            old_password: string;
            /**
             * Format: password
             * @description 8 to 128 characters of any kind. It must not be the username, e-mail, mobile or name of the account.
             * @example six crows over the harbour
             */
            new_password: string;
        };
        SessionResponse: {
            /**
             * Format: uuid
             * @description The id of the session.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * Format: date-time
             * @description Time of the log-in.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Time of the last refresh, or of the log-in.
             * @example 2026-11-20T09:30:00.000Z
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description The session expires at this time, unless it is revoked before.
             * @example 2026-12-20T07:00:00.000Z
             */
            expires_at: string;
            /**
             * @description The address that the session was opened from.
             * @example 203.0.113.7
             */
            ip: string | null;
            /**
             * @description The `User-Agent` that the session was opened with.
             * @example curl/8.5.0
             */
            user_agent: string | null;
            /**
             * @description Whether this request belongs to the session.
             * @example true
             */
            current: boolean;
        };
        SessionPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["SessionResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        MfaResponse: {
            /**
             * @description Whether a log-in needs the second factor.
             * @example true
             */
            enabled: boolean;
            /**
             * Format: date-time
             * @description When the second factor was enabled; null while it is not.
             * @example 2026-11-20T07:00:00.000Z
             */
            enabled_at: string | null;
            /**
             * Format: int32
             * @description The number of unused recovery codes.
             * @example 10
             */
            recovery_codes_left: number;
        };
        TotpResponse: {
            /**
             * @description For an application that cannot scan: 160 bits in Base32. Shown only here.
             * @example JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP
             */
            secret: string;
            /**
             * @description The secret as a URI, to be shown as a QR code.
             * @example otpauth://totp/customer-api:jane.doe?issuer=customer-api&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30
             */
            otpauth_uri: string;
        };
        ConfirmTotpBody: {
            /**
             * @description The six digits that the authenticator application shows now.
             * @example 482913
             */
            otp: string;
        };
        RecoveryCodesResponse: {
            /**
             * @description Ten codes, each for one use when the authenticator is lost. Shown only here.
             * @example [
             *       "K5QXGZLSMFZWI3DPOJSW2IDU"
             *     ]
             */
            recovery_codes: string[];
        };
        CreateApiKeyBody: {
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly created_at?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly updated_at?: string;
            /**
             * Format: int32
             * @description Accepted and ignored.
             */
            readonly version?: number;
            /**
             * @description What the key is for, such as the program and the place where it runs.
             * @example Nightly report on server 7
             */
            name: string;
            /**
             * @description What the key may do. A scope has no effect if the role of the account does not have the permission.
             * @example [
             *       "customers:read"
             *     ]
             */
            scopes: ("customers:read" | "customers:write" | "customers:admin" | "users:read" | "audit:read" | "events:read")[];
            /**
             * Format: date-time
             * @description Within the next 400 days. Default: in 90 days.
             */
            expires_at?: string | null;
            /** @description Accepted and ignored. */
            readonly prefix?: string;
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly created_by?: string | null;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly last_used_at?: string | null;
        };
        CreatedApiKeyResponse: {
            /**
             * Format: uuid
             * @description The id of the key, which audit events and log lines name.
             * @example 01890a5d-c7f2-7d11-8e0a-6b5c4d3e2f1a
             */
            id: string;
            /**
             * @description What the key is for.
             * @example Nightly report on server 7
             */
            name: string;
            /**
             * @description The first characters of the key, to tell keys apart.
             * @example cak_4fT9xQ2m
             */
            prefix: string;
            /**
             * @description What the key may do, as far as the role of its account allows it.
             * @example [
             *       "customers:read"
             *     ]
             */
            scopes: ("customers:read" | "customers:write" | "customers:admin" | "users:read" | "audit:read" | "events:read")[];
            /**
             * Format: date-time
             * @description When the key was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The admin who created it; null for a key from the command line.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description The key expires at this time, unless it is revoked before.
             * @example 2027-02-18T07:00:00.000Z
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When the key was last used, exact to about 10 seconds; null until then.
             * @example 2026-11-20T09:30:00.000Z
             */
            last_used_at: string | null;
            /**
             * @description The key itself. Only this answer shows it: the service stores its hash alone.
             * @example cak_4fT9xQ2mVb7LcN0pRs3Wy8ZkHd5JgA1eUoXtYiMq0000
             */
            key: string;
        };
        ApiKeyResponse: {
            /**
             * Format: uuid
             * @description The id of the key, which audit events and log lines name.
             * @example 01890a5d-c7f2-7d11-8e0a-6b5c4d3e2f1a
             */
            id: string;
            /**
             * @description What the key is for.
             * @example Nightly report on server 7
             */
            name: string;
            /**
             * @description The first characters of the key, to tell keys apart.
             * @example cak_4fT9xQ2m
             */
            prefix: string;
            /**
             * @description What the key may do, as far as the role of its account allows it.
             * @example [
             *       "customers:read"
             *     ]
             */
            scopes: ("customers:read" | "customers:write" | "customers:admin" | "users:read" | "audit:read" | "events:read")[];
            /**
             * Format: date-time
             * @description When the key was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: uuid
             * @description The admin who created it; null for a key from the command line.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            created_by: string | null;
            /**
             * Format: date-time
             * @description The key expires at this time, unless it is revoked before.
             * @example 2027-02-18T07:00:00.000Z
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When the key was last used, exact to about 10 seconds; null until then.
             * @example 2026-11-20T09:30:00.000Z
             */
            last_used_at: string | null;
        };
        ApiKeyPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["ApiKeyResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        ImportColumn: {
            /**
             * @description The name in the file.
             * @example First Name+Last Name
             */
            source: string;
            /**
             * @description The field, id, or metadata and a key.
             * @example name
             */
            target: string;
        };
        ImportProblemSummary: {
            /**
             * @description A warning is a value that was left out, or a line that is not a customer, such as a total.
             * @example error
             * @enum {string}
             */
            severity: "error" | "warning";
            /**
             * @description The failed rule, as in `errors[].code` of a problem.
             * @example date
             * @enum {string}
             */
            code: "required" | "unknown_field" | "type" | "length" | "format" | "date" | "range" | "enum" | "blank" | "characters" | "one_of" | "common_password" | "malformed_record" | "malformed_file" | "email_taken" | "external_id_taken" | "id_taken";
            /**
             * @description The name in the file; null for the whole record.
             * @example dob
             */
            field: string | null;
            /**
             * Format: int32
             * @description How often the problem occurs.
             * @example 3120
             */
            count: number;
            /**
             * Format: int32
             * @description The first line with the problem.
             * @example 7
             */
            first_line: number;
            /**
             * @description The detail of the first occurrence.
             * @example must be a calendar date, YYYY-MM-DD
             */
            example_detail: string;
        };
        ImportFailure: {
            /**
             * @description The code of the reason.
             * @example rows_refused
             */
            code: string;
            /**
             * @description The reason in words.
             * @example 2 rows were refused, so nothing was imported.
             */
            detail: string;
        };
        ImportResponse: {
            /**
             * Format: uuid
             * @description The id of the import.
             * @example 01890a5d-ac96-774b-bcce-b302099a8058
             */
            id: string;
            /**
             * @description Whether the import is running, or how it ended.
             * @example running
             * @enum {string}
             */
            status: "running" | "succeeded" | "failed" | "cancelled";
            /**
             * @description As requested.
             * @example insert
             * @enum {string}
             */
            mode: "insert" | "upsert";
            /**
             * @description As requested.
             * @example abort
             * @enum {string}
             */
            on_error: "abort" | "skip";
            /**
             * @description Whether it only checked and counted.
             * @example false
             */
            dry_run: boolean;
            /**
             * Format: int64
             * @description Bytes of the file that have arrived, after decompression.
             * @example 4096
             */
            received_bytes: number;
            /**
             * Format: int64
             * @description The size of the file. Null when it is unknown, such as for a compressed file or a form.
             * @example 4096
             */
            total_bytes: number | null;
            /**
             * Format: int32
             * @description Rows that were created, updated, skipped or refused.
             * @example 0
             */
            processed: number;
            /**
             * Format: int32
             * @description Customers that were created.
             * @example 0
             */
            created: number;
            /**
             * Format: int32
             * @description Customers that were updated.
             * @example 0
             */
            updated: number;
            /**
             * Format: int32
             * @description Valid rows that changed nothing in an upsert.
             * @example 0
             */
            skipped: number;
            /**
             * Format: int32
             * @description Refused rows, see /errors.
             * @example 0
             */
            failed: number;
            /**
             * Format: int32
             * @description Left-out values and lines, such as totals.
             * @example 0
             */
            warnings: number;
            /** @description The recognised columns. */
            columns: components["schemas"]["ImportColumn"][];
            /**
             * @description Columns of the file that were not imported.
             * @example [
             *       "Notes"
             *     ]
             */
            dropped_columns: string[];
            /** @description The kinds of problems, most frequent first. All problems are counted. */
            problems: components["schemas"]["ImportProblemSummary"][];
            /**
             * Format: date-time
             * @description When the import started.
             * @example 2026-11-20T07:00:00.000Z
             */
            started_at: string;
            /**
             * Format: date-time
             * @description When the import ended; null while it runs.
             * @example null
             */
            finished_at: string | null;
            /**
             * @description Why the import failed.
             * @example null
             */
            error: components["schemas"]["ImportFailure"] | null;
        };
        ImportPreviewFormat: {
            /**
             * @description The media type of the format.
             * @example text/csv
             */
            media_type: string;
            /**
             * @description comma, semicolon, tab, pipe, or the character that the file itself declares. Null for JSON and without a header.
             * @example comma
             */
            delimiter: string | null;
            /**
             * @description The encoding of the text; null when nothing could be read.
             * @example utf-8
             */
            charset: string | null;
        };
        ImportPreviewColumn: {
            /**
             * @description The name in the file.
             * @example First Name
             */
            source: string;
            /**
             * @description The field, id, or metadata and a key. Several columns with one target are joined. Null when the column is unknown or dropped.
             * @example name
             */
            target: string | null;
        };
        ImportPreviewCustomer: {
            /**
             * @description The id in another system; unique.
             * @example C-2001
             */
            external_id?: string | null;
            /**
             * @description The full name, stored as sent.
             * @example Ada Lovelace
             */
            name?: string | null;
            /**
             * @description Unique. Case does not matter. Stored as sent. The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * Format: date
             * @description Date of birth, from 1900-01-01 to today in UTC.
             * @example 1990-04-30
             */
            dob?: string | null;
            /**
             * @description ISO 3166-1 alpha-2, in any case.
             * @example GB
             */
            country?: string | null;
            /**
             * @description ISO 639-1, in any case.
             * @example en
             */
            language?: string | null;
            /**
             * @description A telephone number. A number with + or 00 in front becomes E.164. Of other numbers the digits are kept.
             * @example +4915123456789
             */
            phone?: string | null;
            /**
             * @description Your own keys and values: at most 50 keys of 1 to 40 characters (letters, digits, _ . -), each with a text of 1 to 500 characters. A body has at most 64 KiB, so use several PATCH requests for more.
             * @example {
             *       "plan": "gold"
             *     }
             */
            metadata?: {
                [key: string]: string | null;
            } | null;
        };
        ImportPreviewRow: {
            /**
             * Format: int32
             * @description The line, or the number of the element, as in the errors of an import.
             * @example 2
             */
            line: number;
            /**
             * @description The texts of the cells, in the order of `columns`. Null where the row has no such cell, and when the row cannot be read.
             * @example [
             *       "Ada"
             *     ]
             */
            cells: (string | null)[];
            /**
             * @description The values that the import would store, without the fields that the row leaves unset. Null when the row or the file would be refused.
             * @example {
             *       "name": "Ada"
             *     }
             */
            customer: components["schemas"]["ImportPreviewCustomer"] | null;
        };
        ImportErrorResponse: {
            /**
             * @description A warning is a value that was left out, or a line that is not a customer, such as a total.
             * @example error
             * @enum {string}
             */
            severity: "error" | "warning";
            /**
             * @description The failed rule, as in `errors[].code` of a problem.
             * @example date
             * @enum {string}
             */
            code: "required" | "unknown_field" | "type" | "length" | "format" | "date" | "range" | "enum" | "blank" | "characters" | "one_of" | "common_password" | "malformed_record" | "malformed_file" | "email_taken" | "external_id_taken" | "id_taken";
            /**
             * @description The name in the file; null for the whole record.
             * @example dob
             */
            field: string | null;
            /**
             * Format: int32
             * @description The first line of the record; the header is line 1. For a JSON array, the number of the element. JSON objects on one line get consecutive numbers.
             * @example 7
             */
            line: number;
            /**
             * @description The rule, and the parameter that can help. It contains no value of the file.
             * @example must be a calendar date, YYYY-MM-DD
             */
            detail: string;
        };
        ImportPreviewResponse: {
            /** @description How the file is read. */
            format: components["schemas"]["ImportPreviewFormat"];
            /** @description The named columns in the order of the file, at most 2,000. In JSON: the members of the shown rows. */
            columns: components["schemas"]["ImportPreviewColumn"][];
            /**
             * @description Columns of the file that would not be imported.
             * @example [
             *       "Notes"
             *     ]
             */
            dropped_columns: string[];
            /** @description The first rows. */
            rows: components["schemas"]["ImportPreviewRow"][];
            /** @description The problems of the columns and of the shown rows, at most 200. */
            problems: components["schemas"]["ImportErrorResponse"][];
            /**
             * @description Why an import of the file would fail, whatever its other rows contain.
             * @example null
             */
            error: components["schemas"]["ImportFailure"] | null;
        };
        ImportPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["ImportResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        ImportErrorPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["ImportErrorResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        CustomerBody: {
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly created_at?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly updated_at?: string;
            /**
             * Format: int32
             * @description Accepted and ignored.
             */
            readonly version?: number;
            /**
             * @description The id in another system; unique.
             * @example C-2001
             */
            external_id?: string | null;
            /**
             * @description The full name, stored as sent.
             * @example Ada Lovelace
             */
            name?: string | null;
            /**
             * Format: email
             * @description Unique. Case does not matter. Stored as sent. The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.
             * @example ada@example.com
             */
            email?: string | null;
            /**
             * Format: date
             * @description Date of birth, from 1900-01-01 to today in UTC.
             * @example 1990-04-30
             */
            dob?: string | null;
            /**
             * @description ISO 3166-1 alpha-2, in any case.
             * @example GB
             */
            country?: string | null;
            /**
             * @description ISO 639-1, in any case.
             * @example en
             */
            language?: string | null;
            /**
             * @description A telephone number. A number with + or 00 in front becomes E.164. Of other numbers the digits are kept.
             * @example +4915123456789
             */
            phone?: string | null;
            /**
             * @description Your own keys and values: at most 50 keys of 1 to 40 characters (letters, digits, _ . -), each with a text of 1 to 500 characters. A body has at most 64 KiB, so use several PATCH requests for more.
             * @example {
             *       "plan": "gold"
             *     }
             */
            metadata?: {
                [key: string]: string | null;
            } | null;
        };
        BatchOperation: {
            /**
             * @description update and upsert change only the fields that are sent, like PATCH.
             * @example upsert
             * @enum {string}
             */
            method: "create" | "update" | "upsert" | "delete";
            /**
             * Format: uuid
             * @description The customer, for update and delete. external_id can replace it.
             */
            id?: string;
            /**
             * @description The customer, for upsert. For update and delete it can replace id.
             * @example C-2001
             */
            external_id?: string;
            /**
             * @description Like the header If-Match: the ETag of the customer as it was read, or *. Not for create.
             * @example *
             */
            if_match?: string;
            /** @description The fields. A delete has none. */
            body?: components["schemas"]["CustomerBody"];
        };
        BatchBody: {
            /** @description true executes all operations or none. Default: false. */
            atomic?: boolean | null;
            /** @description Executed in this order. */
            operations: components["schemas"]["BatchOperation"][];
        };
        CustomerResponse: {
            /**
             * Format: uuid
             * @description The id of the customer.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * @description The id in another system; unique.
             * @example C-2001
             */
            external_id: string | null;
            /**
             * @description The full name, stored as sent.
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * @description Unique. Case does not matter. Stored as sent. The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.
             * @example ada@example.com
             */
            email: string | null;
            /**
             * Format: date
             * @description Date of birth, from 1900-01-01 to today in UTC.
             * @example 1990-04-30
             */
            dob: string | null;
            /**
             * @description ISO 3166-1 alpha-2, in any case.
             * @example GB
             */
            country: string | null;
            /**
             * @description ISO 639-1, in any case.
             * @example en
             */
            language: string | null;
            /**
             * @description A telephone number. A number with + or 00 in front becomes E.164. Of other numbers the digits are kept.
             * @example +4915123456789
             */
            phone: string | null;
            /**
             * @description Your own keys and values: at most 50 keys of 1 to 40 characters (letters, digits, _ . -), each with a text of 1 to 500 characters. A body has at most 64 KiB, so use several PATCH requests for more.
             * @example {
             *       "plan": "gold"
             *     }
             */
            metadata: {
                [key: string]: string;
            } | null;
            /**
             * Format: date-time
             * @description When the customer was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the customer was last changed.
             * @example 2026-11-20T07:00:00.000Z
             */
            updated_at: string;
            /**
             * Format: int32
             * @description Increases with each change. The ETag is made from it.
             * @example 1
             */
            version: number;
        };
        BatchResult: {
            /**
             * Format: int32
             * @description The status that the operation would have as a single request.
             * @example 200
             */
            status: number;
            /** @description The customer after the operation. Missing for delete and after a failure. */
            customer?: components["schemas"]["CustomerResponse"];
            /**
             * @description Why the operation failed, in the form of every error of this API.
             * @example {
             *       "type": "/docs/errors#email_taken",
             *       "title": "E-mail taken",
             *       "status": 409,
             *       "code": "email_taken",
             *       "detail": "Another account or customer has this e-mail.",
             *       "instance": "/api/v1/customers/batch",
             *       "request_id": "0f8fad5b-d9cb-469f-a165-70867728950e"
             *     }
             */
            problem?: components["schemas"]["Problem"];
        };
        BatchResponse: {
            /** @description One for each operation, in their order. */
            results: components["schemas"]["BatchResult"][];
        };
        MonthCount: {
            /**
             * @description The month, in UTC.
             * @example 2026-11
             */
            month: string;
            /**
             * Format: int32
             * @description Customers created in the month.
             * @example 120
             */
            count: number;
        };
        DecadeCount: {
            /**
             * Format: int32
             * @description The first year of the decade.
             * @example 1980
             */
            decade: number;
            /**
             * Format: int32
             * @description Customers born in the decade.
             * @example 310
             */
            count: number;
        };
        StatisticsResponse: {
            /**
             * Format: int32
             * @description Customers that are not deleted.
             * @example 1000
             */
            total: number;
            /**
             * @description Whether the counts come from a sample.
             * @example false
             */
            is_estimate: boolean;
            /** @description The last twelve months, oldest first. The last one is the current month. */
            created_by_month: components["schemas"]["MonthCount"][];
            /** @description All decades from the first to the last date of birth, oldest first. */
            born_by_decade: components["schemas"]["DecadeCount"][];
            /**
             * Format: int32
             * @description Customers without a date of birth.
             * @example 12
             */
            without_dob: number;
        };
        CustomerPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["CustomerResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        HeldCustomer: {
            /**
             * Format: uuid
             * @description The id of the customer.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * @description The id in another system; unique.
             * @example C-2001
             */
            external_id: string | null;
            /**
             * @description The full name, stored as sent.
             * @example Ada Lovelace
             */
            name: string | null;
            /**
             * @description Unique. Case does not matter. Stored as sent. The Unicode form (münchen.de) and the ASCII form (xn--mnchen-3ya.de) of a domain count as different.
             * @example ada@example.com
             */
            email: string | null;
            /**
             * Format: date
             * @description Date of birth, from 1900-01-01 to today in UTC.
             * @example 1990-04-30
             */
            dob: string | null;
            /**
             * @description ISO 3166-1 alpha-2, in any case.
             * @example GB
             */
            country: string | null;
            /**
             * @description ISO 639-1, in any case.
             * @example en
             */
            language: string | null;
            /**
             * @description A telephone number. A number with + or 00 in front becomes E.164. Of other numbers the digits are kept.
             * @example +4915123456789
             */
            phone: string | null;
            /**
             * @description Your own keys and values: at most 50 keys of 1 to 40 characters (letters, digits, _ . -), each with a text of 1 to 500 characters. A body has at most 64 KiB, so use several PATCH requests for more.
             * @example {
             *       "plan": "gold"
             *     }
             */
            metadata: {
                [key: string]: string;
            } | null;
            /**
             * Format: date-time
             * @description When the customer was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the customer was last changed.
             * @example 2026-11-20T07:00:00.000Z
             */
            updated_at: string;
            /**
             * Format: int32
             * @description Increases with each change. The ETag is made from it.
             * @example 1
             */
            version: number;
            /**
             * Format: date-time
             * @description When the customer was deleted; null otherwise.
             * @example null
             */
            deleted_at: string | null;
        };
        KeptAnswer: {
            /**
             * Format: date-time
             * @description The time of the request.
             * @example 2026-11-20T07:00:00.000Z
             */
            claimed_at: string;
            /** @description The response. */
            response: components["schemas"]["CustomerResponse"];
        };
        PersonalDataResponse: {
            /**
             * Format: date-time
             * @description The time of this export.
             * @example 2026-11-20T07:00:00.000Z
             */
            exported_at: string;
            /** @description The customer itself. */
            customer: components["schemas"]["HeldCustomer"];
            /** @description Newest first. */
            history: components["schemas"]["AuditEventResponse"][];
            /** @description Responses to requests with an Idempotency-Key, which are stored for 24 hours. */
            kept_answers: components["schemas"]["KeptAnswer"][];
        };
        EventData: {
            /**
             * Format: uuid
             * @description The id of the customer or user.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * Format: int32
             * @description The version of the object after the change. Of two events about one object the higher version is the newer one. Null when an instance of an earlier release wrote the event.
             * @example 1
             */
            version: number | null;
            /**
             * @description The customer or user at the time of this request; null when it has been deleted or erased.
             * @example {
             *       "id": "01890a5d-ac96-774b-bcce-b302099a8057",
             *       "external_id": "C-2001",
             *       "name": "Ada Lovelace",
             *       "email": "ada@example.com",
             *       "dob": "1990-04-30",
             *       "country": "GB",
             *       "language": "en",
             *       "phone": "+4915123456789",
             *       "metadata": {
             *         "plan": "gold"
             *       },
             *       "created_at": "2026-11-20T07:00:00.000Z",
             *       "updated_at": "2026-11-20T07:00:00.000Z",
             *       "version": 1
             *     }
             */
            object: components["schemas"]["CustomerResponse"] | components["schemas"]["UserResponse"] | null;
        };
        EventResponse: {
            /**
             * Format: uuid
             * @description The id of the event.
             * @example 01890a5d-ac96-774b-bcce-b302099a8059
             */
            id: string;
            /**
             * @description What happened.
             * @example customer.updated
             * @enum {string}
             */
            type: "customer.created" | "customer.updated" | "customer.deleted" | "customer.restored" | "customer.erased" | "user.created" | "user.updated" | "user.deleted";
            /**
             * Format: date-time
             * @description The time of the change. A later event in the feed can have an earlier time.
             * @example 2026-11-20T07:00:00.000Z
             */
            timestamp: string;
            /** @description The object that changed. */
            data: components["schemas"]["EventData"];
        };
        EventPageInfo: {
            /**
             * Format: int32
             * @description Events per page.
             * @example 100
             */
            limit: number;
            /**
             * @description Whether more events are available now.
             * @example false
             */
            has_more: boolean;
            /**
             * @description The `cursor` of the next request; never null.
             * @example bmV4dA
             */
            next_cursor: string;
        };
        EventPage: {
            /** @description In the order of their transactions. */
            data: components["schemas"]["EventResponse"][];
            /** @description How to continue. */
            page: components["schemas"]["EventPageInfo"];
        };
        WebhookEvent: {
            /**
             * Format: uuid
             * @description The id of the event, as in `webhook-id`.
             * @example 01890a5d-ac96-774b-bcce-b302099a8059
             */
            id: string;
            /**
             * @description What happened. `webhook.test` is sent on request; its subject is the webhook.
             * @example customer.updated
             * @enum {string}
             */
            type: "customer.created" | "customer.updated" | "customer.deleted" | "customer.restored" | "customer.erased" | "user.created" | "user.updated" | "user.deleted" | "webhook.test";
            /**
             * Format: date-time
             * @description When the change was made.
             * @example 2026-11-20T07:00:00.000Z
             */
            timestamp: string;
            /** @description The object that changed. */
            data: components["schemas"]["EventData"];
        };
        WebhookResponse: {
            /**
             * Format: uuid
             * @description The id of the webhook.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * Format: uri
             * @description The URL that receives the events.
             * @example https://hooks.example.com/customer-api
             */
            url: string;
            /**
             * @description The types of events that are sent.
             * @example [
             *       "customer.created",
             *       "customer.updated"
             *     ]
             */
            types: ("customer.created" | "customer.updated" | "customer.deleted" | "customer.restored" | "customer.erased" | "user.created" | "user.updated" | "user.deleted")[];
            /**
             * @description What the webhook is for.
             * @example Mailing list
             */
            description: string | null;
            /**
             * @description The service disables a webhook, an admin pauses it.
             * @example active
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /**
             * @description `gone`: the endpoint has answered 410. `failing`: it has failed for 5 days. Null unless the webhook is disabled.
             * @example null
             * @enum {string|null}
             */
            disabled_reason: "gone" | "failing" | null;
            /**
             * Format: date-time
             * @description When the webhook was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the webhook was last changed.
             * @example 2026-11-20T07:00:00.000Z
             */
            updated_at: string;
            /**
             * Format: int32
             * @description Increases with each change. The ETag is made from it.
             * @example 1
             */
            version: number;
        };
        WebhookPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["WebhookResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        CreateWebhookBody: {
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly created_at?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly updated_at?: string;
            /**
             * Format: int32
             * @description Accepted and ignored.
             */
            readonly version?: number;
            /**
             * Format: uri
             * @description The URL that receives the events. It begins with `https://` and has a public address, or one that WEBHOOK_NETWORKS allows. Outside of production, `http://` is accepted for the local machine.
             * @example https://hooks.example.com/customer-api
             */
            url: string;
            /**
             * @description The types of events to send.
             * @example [
             *       "customer.created",
             *       "customer.updated"
             *     ]
             */
            types: ("customer.created" | "customer.updated" | "customer.deleted" | "customer.restored" | "customer.erased" | "user.created" | "user.updated" | "user.deleted")[];
            /**
             * @description What the webhook is for.
             * @example Mailing list
             */
            description?: string | null;
        };
        NewWebhookResponse: {
            /**
             * Format: uuid
             * @description The id of the webhook.
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * Format: uri
             * @description The URL that receives the events.
             * @example https://hooks.example.com/customer-api
             */
            url: string;
            /**
             * @description The types of events that are sent.
             * @example [
             *       "customer.created",
             *       "customer.updated"
             *     ]
             */
            types: ("customer.created" | "customer.updated" | "customer.deleted" | "customer.restored" | "customer.erased" | "user.created" | "user.updated" | "user.deleted")[];
            /**
             * @description What the webhook is for.
             * @example Mailing list
             */
            description: string | null;
            /**
             * @description The service disables a webhook, an admin pauses it.
             * @example active
             * @enum {string}
             */
            status: "active" | "paused" | "disabled";
            /**
             * @description `gone`: the endpoint has answered 410. `failing`: it has failed for 5 days. Null unless the webhook is disabled.
             * @example null
             * @enum {string|null}
             */
            disabled_reason: "gone" | "failing" | null;
            /**
             * Format: date-time
             * @description When the webhook was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When the webhook was last changed.
             * @example 2026-11-20T07:00:00.000Z
             */
            updated_at: string;
            /**
             * Format: int32
             * @description Increases with each change. The ETag is made from it.
             * @example 1
             */
            version: number;
            /**
             * @description The secret to verify signatures, see docs/webhooks.md. Shown only in this response.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=
             */
            secret: string;
        };
        UpdateWebhookBody: {
            /**
             * Format: uuid
             * @description Accepted and ignored.
             */
            readonly id?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly created_at?: string;
            /**
             * Format: date-time
             * @description Accepted and ignored.
             */
            readonly updated_at?: string;
            /**
             * Format: int32
             * @description Accepted and ignored.
             */
            readonly version?: number;
            /**
             * Format: uri
             * @description The URL that receives the events. It begins with `https://` and has a public address, or one that WEBHOOK_NETWORKS allows. Outside of production, `http://` is accepted for the local machine.
             * @example https://hooks.example.com/customer-api
             */
            url?: string;
            /**
             * @description The types of events to send from now on.
             * @example [
             *       "customer.created",
             *       "customer.updated"
             *     ]
             */
            types?: ("customer.created" | "customer.updated" | "customer.deleted" | "customer.restored" | "customer.erased" | "user.created" | "user.updated" | "user.deleted")[];
            /**
             * @description What the webhook is for.
             * @example Mailing list
             */
            description?: string | null;
            /**
             * @description `paused` stops the deliveries. `active` resumes them, even after the service has disabled the webhook, without losing events. `disabled` is accepted only if the webhook is disabled.
             * @example active
             * @enum {string}
             */
            status?: "active" | "paused" | "disabled";
            /** @description Accepted and ignored. */
            readonly disabled_reason?: string | null;
        };
        WebhookSecretResponse: {
            /**
             * @description The secret to verify signatures, see docs/webhooks.md. Shown only in this response.
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=
             */
            secret: string;
            /**
             * Format: date-time
             * @description Until this time each request is also signed with the previous secret.
             * @example 2026-11-21T07:00:00.000Z
             */
            previous_secret_until: string;
        };
        WebhookDeliveryResponse: {
            /**
             * Format: uuid
             * @description The id of the delivery.
             * @example 01890a5d-ac96-774b-bcce-b302099a8058
             */
            id: string;
            /**
             * Format: uuid
             * @description The id of the event, sent as `webhook-id` with every attempt.
             * @example 01890a5d-ac96-774b-bcce-b302099a8059
             */
            event_id: string;
            /**
             * @description The type of the event.
             * @example customer.updated
             * @enum {string}
             */
            type: "customer.created" | "customer.updated" | "customer.deleted" | "customer.restored" | "customer.erased" | "user.created" | "user.updated" | "user.deleted" | "webhook.test";
            /**
             * @description The state of the delivery. It is `failed` after the last attempt.
             * @example succeeded
             * @enum {string}
             */
            state: "pending" | "succeeded" | "failed";
            /**
             * Format: int32
             * @description The number of attempts since the delivery was created, or since an admin retried it.
             * @example 1
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When the next attempt is due; null when there is none.
             * @example null
             */
            next_at: string | null;
            /**
             * Format: int32
             * @description The status of the last response; null when there was none.
             * @example 200
             */
            last_status: number | null;
            /**
             * @description Why the last attempt failed; null when it succeeded or none was made.
             * @example null
             * @enum {string|null}
             */
            last_error: "address_not_allowed" | "name_not_found" | "connection_failed" | "tls_failed" | "timeout" | "invalid_response" | "redirected" | "refused" | "gone" | "secret_unavailable" | null;
            /**
             * Format: date-time
             * @description When the delivery was created.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it succeeded or failed; null while it is pending.
             * @example 2026-11-20T07:00:00.000Z
             */
            finished_at: string | null;
        };
        WebhookDeliveryPage: {
            /** @description The rows of the page. */
            data: components["schemas"]["WebhookDeliveryResponse"][];
            /** @description The size of the page, and how to get the next one. */
            page: components["schemas"]["PageInfo"];
        };
        /**
         * @description RFC 9457.
         * @example {
         *       "type": "/docs/errors#not_found",
         *       "title": "Not found",
         *       "status": 404,
         *       "code": "not_found",
         *       "detail": "The requested resource does not exist.",
         *       "instance": "/api/v1/customers",
         *       "request_id": "0f8fad5b-d9cb-469f-a165-70867728950e"
         *     }
         */
        Problem: {
            /**
             * Format: uri-reference
             * @description The entry of the code at /docs/errors.
             */
            type: string;
            /** @description A short title. Each code always has the same title. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /**
             * @description The code of the error. Codes never change.
             * @enum {string}
             */
            code: "malformed_request" | "validation_failed" | "invalid_code" | "invalid_reset_token" | "invalid_otp" | "unauthenticated" | "invalid_token" | "invalid_credentials" | "refresh_token_reused" | "reauthentication_required" | "forbidden" | "person_required" | "account_not_active" | "role_not_permitted" | "registration_closed" | "password_incorrect" | "mfa_required" | "not_found" | "method_not_allowed" | "request_timeout" | "username_taken" | "email_taken" | "mobile_taken" | "external_id_taken" | "last_admin" | "service_account" | "account_disabled" | "key_limit" | "mfa_enabled" | "idempotency_in_progress" | "not_deleted" | "not_running" | "webhook_limit" | "events_gone" | "not_failed" | "cursor_expired" | "precondition_failed" | "payload_too_large" | "uri_too_long" | "unsupported_media_type" | "idempotency_key_reused" | "precondition_required" | "rate_limited" | "headers_too_large" | "internal_error" | "unavailable" | "messages_unavailable" | "encryption_unavailable";
            /** @description What is wrong with this request. */
            detail: string;
            /**
             * Format: uri-reference
             * @description The path of the request.
             */
            instance: string;
            /** @description The value of the header X-Request-Id. */
            request_id: string;
            /** @description With `validation_failed`: each invalid field. For an atomic batch: the operation that failed. */
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Exactly one of pointer, parameter and header locates the value. */
        FieldError: {
            /**
             * Format: json-pointer
             * @description A JSON pointer into the body.
             */
            pointer?: string;
            /** @description The name of the query or path parameter. */
            parameter?: string;
            /** @description The name of the header. */
            header?: string;
            /**
             * @description The code of the rule that failed. Codes never change.
             * @enum {string}
             */
            code: "required" | "unknown_field" | "type" | "length" | "format" | "date" | "range" | "enum" | "blank" | "characters" | "one_of" | "common_password";
            /** @description The rule, such as `must not be blank`. */
            detail: string;
        } & (unknown | unknown | unknown);
    };
    responses: {
        /**
         * @description `method_not_allowed`: The path exists, but it does not support this method.
         *
         *     `request_timeout`: The request was not received in time.
         *
         *     `payload_too_large`: The body is larger than 64 KiB, or an import is larger than IMPORT_MAX_BYTES or IMPORT_MAX_ROWS.
         *
         *     `uri_too_long`: The URL is longer than 4 KiB.
         *
         *     `unsupported_media_type`: The route does not accept the Content-Type, the charset or the Content-Encoding of the body.
         *
         *     `headers_too_large`: The headers are larger than 16 KiB or have more than 100 lines.
         *
         *     `internal_error`: The service failed. Its log has the details under the request id.
         */
        Default: {
            headers: {
                Allow: components["headers"]["Allow"];
                "Accept-Encoding": components["headers"]["Accept-Encoding"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `malformed_request`: The request cannot be read: invalid JSON or UTF-8, a repeated key or header, or too many levels.
         *
         *     `validation_failed`: Fields or parameters are missing, unknown or invalid. `errors` lists up to twenty of them.
         */
        MalformedRequestOrValidationFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_found`: The requested resource does not exist. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `rate_limited`: The limit in RateLimit-Policy is exhausted, or too many passwords or codes were wrong. */
        RateLimited: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unavailable`: The service or its database is temporarily unavailable. */
        Unavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unauthenticated`: This route requires a token, and none was sent. */
        Unauthenticated: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `unauthenticated`: This route requires a token, and none was sent.
         *
         *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
         */
        UnauthenticatedOrInvalidToken: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `forbidden`: The account does not have the required permission. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `role_not_permitted`: Only an admin can assign this role.
         *
         *     `registration_closed`: Registration is not open to the public on this service.
         */
        RoleNotPermittedOrRegistrationClosed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `username_taken`: Another account has this username.
         *
         *     `email_taken`: Another account or customer has this e-mail.
         *
         *     `mobile_taken`: Another account has this mobile number.
         */
        UsernameTakenOrEmailTakenOrMobileTaken: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `payload_too_large`: The body is larger than 64 KiB, or an import is larger than IMPORT_MAX_BYTES or IMPORT_MAX_ROWS. */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `unsupported_media_type`: The route does not accept the Content-Type, the charset or the Content-Encoding of the body. */
        UnsupportedMediaType: {
            headers: {
                "Accept-Encoding": components["headers"]["Accept-Encoding"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_credentials`: The name, the password or the second factor is wrong. */
        InvalidCredentials: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `account_not_active`: The password is correct, but the account is pending or disabled.
         *
         *     `mfa_required`: The password is correct, but the account has a second factor.
         */
        AccountNotActiveOrMfaRequired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `unavailable`: The service or its database is temporarily unavailable.
         *
         *     `encryption_unavailable`: This service does not have the encryption key for the secrets that this route uses.
         */
        UnavailableOrEncryptionUnavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `unauthenticated`: This route requires a token, and none was sent.
         *
         *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
         *
         *     `refresh_token_reused`: The refresh token was already exchanged for a newer one. The session was revoked for safety.
         */
        UnauthenticatedOrInvalidTokenOrRefreshTokenReused: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `person_required`: API keys cannot use this route, whatever their scopes are. */
        PersonRequired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `malformed_request`: The request cannot be read: invalid JSON or UTF-8, a repeated key or header, or too many levels.
         *
         *     `validation_failed`: Fields or parameters are missing, unknown or invalid. `errors` lists up to twenty of them.
         *
         *     `invalid_code`: The code is wrong, expired, already used, or replaced by a newer one. The code of a changed address is valid only with an access token of its account.
         */
        MalformedRequestOrValidationFailedOrInvalidCode: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `invalid_token`: The token is malformed, expired, revoked or of the wrong kind. */
        InvalidToken: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `email_taken`: Another account or customer has this e-mail.
         *
         *     `mobile_taken`: Another account has this mobile number.
         */
        EmailTakenOrMobileTaken: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `unavailable`: The service or its database is temporarily unavailable.
         *
         *     `messages_unavailable`: This service is not configured to send such a message.
         */
        UnavailableOrMessagesUnavailable: {
            headers: {
                "Retry-After": components["headers"]["Retry-After"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `malformed_request`: The request cannot be read: invalid JSON or UTF-8, a repeated key or header, or too many levels.
         *
         *     `validation_failed`: Fields or parameters are missing, unknown or invalid. `errors` lists up to twenty of them.
         *
         *     `invalid_reset_token`: The token is wrong, expired, already used, or replaced by a newer one.
         */
        MalformedRequestOrValidationFailedOrInvalidResetToken: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `malformed_request`: The request cannot be read: invalid JSON or UTF-8, a repeated key or header, or too many levels.
         *
         *     `validation_failed`: Fields or parameters are missing, unknown or invalid. `errors` lists up to twenty of them.
         *
         *     `invalid_otp`: The code is wrong, expired or already used.
         */
        MalformedRequestOrValidationFailedOrInvalidOtp: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `person_required`: API keys cannot use this route, whatever their scopes are.
         *
         *     `password_incorrect`: The current password of the account is missing or wrong.
         *
         *     `mfa_required`: The password is correct, but the account has a second factor.
         */
        PersonRequiredOrPasswordIncorrectOrMfaRequired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `unauthenticated`: This route requires a token, and none was sent.
         *
         *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
         *
         *     `reauthentication_required`: The request needs a log-in or a step-up within the last 10 minutes.
         */
        UnauthenticatedOrInvalidTokenOrReauthenticationRequired: {
            headers: {
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `forbidden`: The account does not have the required permission.
         *
         *     `person_required`: API keys cannot use this route, whatever their scopes are.
         *
         *     `role_not_permitted`: Only an admin can assign this role.
         */
        ForbiddenOrPersonRequiredOrRoleNotPermitted: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `username_taken`: Another account has this username.
         *
         *     `email_taken`: Another account or customer has this e-mail.
         *
         *     `mobile_taken`: Another account has this mobile number.
         *
         *     `idempotency_in_progress`: The first request with this Idempotency-Key has not finished yet.
         */
        UsernameTakenOrEmailTakenOrMobileTakenOrIdempotencyInProgress: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `idempotency_key_reused`: This Idempotency-Key was used before for a different request. */
        IdempotencyKeyReused: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `forbidden`: The account does not have the required permission.
         *
         *     `person_required`: API keys cannot use this route, whatever their scopes are.
         *
         *     `role_not_permitted`: Only an admin can assign this role.
         *
         *     `password_incorrect`: The current password of the account is missing or wrong.
         */
        ForbiddenOrPersonRequiredOrRoleNotPermittedOrPasswordIncorrect: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `username_taken`: Another account has this username.
         *
         *     `email_taken`: Another account or customer has this e-mail.
         *
         *     `mobile_taken`: Another account has this mobile number.
         *
         *     `last_admin`: This is the last active admin of the service.
         */
        UsernameTakenOrEmailTakenOrMobileTakenOrLastAdmin: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `precondition_failed`: The resource has changed since it was read. */
        PreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `precondition_required`: This service requires If-Match on every update and deletion. */
        PreconditionRequired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `forbidden`: The account does not have the required permission.
         *
         *     `person_required`: API keys cannot use this route, whatever their scopes are.
         *
         *     `password_incorrect`: The current password of the account is missing or wrong.
         */
        ForbiddenOrPersonRequiredOrPasswordIncorrect: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `last_admin`: This is the last active admin of the service. */
        LastAdmin: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `forbidden`: The account does not have the required permission.
         *
         *     `person_required`: API keys cannot use this route, whatever their scopes are.
         */
        ForbiddenOrPersonRequired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `service_account`: This is a service account: it has no password and gets no messages.
         *
         *     `account_disabled`: The account is disabled, so it can get neither API keys nor reset links.
         *
         *     `idempotency_in_progress`: The first request with this Idempotency-Key has not finished yet.
         */
        ServiceAccountOrAccountDisabledOrIdempotencyInProgress: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `mfa_enabled`: The account already has an authenticator application. */
        MfaEnabled: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `account_disabled`: The account is disabled, so it can get neither API keys nor reset links.
         *
         *     `key_limit`: The service account already has 10 active API keys.
         */
        AccountDisabledOrKeyLimit: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_running`: The import has already ended, so it cannot be cancelled. */
        NotRunning: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `email_taken`: Another account or customer has this e-mail.
         *
         *     `external_id_taken`: Another customer has this external_id.
         *
         *     `idempotency_in_progress`: The first request with this Idempotency-Key has not finished yet.
         */
        EmailTakenOrExternalIdTakenOrIdempotencyInProgress: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `email_taken`: Another account or customer has this e-mail. */
        EmailTaken: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `email_taken`: Another account or customer has this e-mail.
         *
         *     `external_id_taken`: Another customer has this external_id.
         */
        EmailTakenOrExternalIdTaken: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /**
         * @description `email_taken`: Another account or customer has this e-mail.
         *
         *     `external_id_taken`: Another customer has this external_id.
         *
         *     `idempotency_in_progress`: The first request with this Idempotency-Key has not finished yet.
         *
         *     `not_deleted`: The customer is not deleted, so it cannot be restored.
         */
        EmailTakenOrExternalIdTakenOrIdempotencyInProgressOrNotDeleted: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `idempotency_in_progress`: The first request with this Idempotency-Key has not finished yet. */
        IdempotencyInProgress: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `cursor_expired`: Changes after this cursor may have been deleted, or the database was restored from a backup. */
        CursorExpired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `webhook_limit`: The service has the maximum number of webhooks. */
        WebhookLimit: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `events_gone`: Events after the position of this webhook may have been deleted, or the database was restored. */
        EventsGone: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description `not_failed`: Only a failed delivery can be retried. This one is pending or has succeeded. */
        NotFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                RateLimit: components["headers"]["RateLimit"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The version, for If-Match and If-None-Match. */
        ETag: string;
        /** @description The link to the next page, RFC 8288. Missing on the last page. */
        Link: string;
        /** @description The id that the client sent or the service generated. Each log line of the request has it. */
        "X-Request-Id": string;
        /** @description The remaining quota, and the seconds until the quota is reset. */
        RateLimit: string;
        /** @description The limit that applied to the request: its quota and its window in seconds. */
        "RateLimit-Policy": string;
        /** @description `Bearer`, with `error="invalid_token"` when a token was sent (RFC 6750), or with `error="insufficient_user_authentication"` when the log-in is too long ago (RFC 9470). */
        "WWW-Authenticate": string;
        /** @description Seconds to wait before a retry. */
        "Retry-After": string;
        /** @description The methods of the path, with `method_not_allowed`. */
        Allow: string;
        /** @description The encodings that the route accepts, if it does not accept the Content-Encoding of the body. */
        "Accept-Encoding": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    checkLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LivenessResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    checkReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            /** @description The instance cannot serve requests. */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    /** @description Seconds to wait before a retry. */
                    "Retry-After"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadinessResponse"];
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    listAuditEvents: {
        parameters: {
            query?: {
                /** @description Only events with this action. */
                action?: "register" | "login" | "login_failed" | "logout" | "session_ended" | "refresh_reused" | "activated" | "activation_failed" | "password_changed" | "password_reset_requested" | "password_reset" | "password_reset_failed" | "password_check_failed" | "mfa_enabled" | "mfa_disabled" | "mfa_reset" | "recovery_codes_replaced" | "recovery_code_used" | "step_up" | "user_created" | "user_updated" | "role_changed" | "status_changed" | "user_deleted" | "key_created" | "key_revoked" | "denied" | "customer_created" | "customer_updated" | "customer_deleted" | "customer_restored" | "customer_erased" | "customers_imported" | "customers_exported" | "webhook_created" | "webhook_updated" | "webhook_secret_changed" | "webhook_tested" | "webhook_delivery_retried" | "webhook_disabled" | "webhook_deleted";
                /** @description Only events with this outcome. */
                outcome?: "success" | "failure";
                /** @description The account that acted. */
                actor_id?: string;
                /** @description The record that the event is about. */
                subject_id?: string;
                /** @description At this time or later. */
                from?: string;
                /** @description At this time or earlier. */
                to?: string;
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    registerAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            403: components["responses"]["RoleNotPermittedOrRegistrationClosed"];
            409: components["responses"]["UsernameTakenOrEmailTakenOrMobileTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPairResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["InvalidCredentials"];
            403: components["responses"]["AccountNotActiveOrMfaRequired"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrEncryptionUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    refreshTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshTokenBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPairResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrRefreshTokenReused"];
            403: components["responses"]["PersonRequired"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    checkAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    logOut: {
        parameters: {
            query?: {
                /** @description Which sessions of the account are revoked: this one (session, the default), all others, or all. */
                scope?: "session" | "others" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RefreshTokenBody"];
            };
        };
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["PersonRequired"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    activateAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActivationBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailedOrInvalidCode"];
            401: components["responses"]["InvalidToken"];
            403: components["responses"]["PersonRequired"];
            409: components["responses"]["EmailTakenOrMobileTaken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    resendActivationCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressBody"];
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            403: components["responses"]["PersonRequired"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    requestPasswordReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressBody"];
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrMessagesUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordResetBody"];
            };
        };
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailedOrInvalidResetToken"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    stepUpSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepUpBody"];
            };
        };
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailedOrInvalidOtp"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["PersonRequiredOrPasswordIncorrectOrMfaRequired"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrEncryptionUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Part of the username, name or e-mail, in any case. Blanks around it are ignored. */
                q?: string;
                /** @description Only users with this role. */
                role?: "admin" | "user" | "viewer" | "guest";
                /** @description Only users with this status. */
                status?: "active" | "pending" | "disabled";
                /** @description Only persons, or only service accounts. */
                kind?: "person" | "service";
                /** @description Default: -created_at. */
                sort?: "created_at" | "-created_at" | "username" | "-username" | "name" | "-name";
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to retry the request: for 24 hours the same key returns the first successful response again, or 404 if an object in it was erased meanwhile. Another request with the key is 422. Keys belong to one account. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateUserBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    /** @description The response is that of an earlier request with the same Idempotency-Key. */
                    "Idempotency-Replayed"?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequiredOrRoleNotPermitted"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["UsernameTakenOrEmailTakenOrMobileTakenOrIdempotencyInProgress"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of your copy. If it is current, the response is 304. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /** @description Not modified. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    replaceUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequiredOrRoleNotPermittedOrPasswordIncorrect"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["UsernameTakenOrEmailTakenOrMobileTakenOrLastAdmin"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrMessagesUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeleteUserBody"];
            };
        };
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequiredOrPasswordIncorrect"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["LastAdmin"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateUserBody"];
                "application/merge-patch+json": components["schemas"]["UpdateUserBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequiredOrRoleNotPermittedOrPasswordIncorrect"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["UsernameTakenOrEmailTakenOrMobileTakenOrLastAdmin"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrMessagesUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePasswordBody"];
            };
        };
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequiredOrPasswordIncorrect"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    sendPasswordReset: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to retry the request: for 24 hours the same key returns the first successful response again, or 404 if an object in it was erased meanwhile. Another request with the key is 422. Keys belong to one account. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    /** @description The response is that of an earlier request with the same Idempotency-Key. */
                    "Idempotency-Replayed"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ServiceAccountOrAccountDisabledOrIdempotencyInProgress"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrMessagesUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    listUserSessions: {
        parameters: {
            query?: {
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    revokeUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, or `me` for your own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    getMfa: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MfaResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["PersonRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    removeMfa: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["PersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    addTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["PersonRequired"];
            409: components["responses"]["MfaEnabled"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrEncryptionUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    confirmTotp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmTotpBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodesResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailedOrInvalidOtp"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["PersonRequired"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["MfaEnabled"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrEncryptionUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    replaceRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodesResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["PersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    resetUserMfa: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path: {
                /** @description The UUID of the service account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The UUID of the service account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKeyBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedApiKeyResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["AccountDisabledOrKeyLimit"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The UUID of the key. */
                key_id: string;
                /** @description The UUID of the service account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    startImport: {
        parameters: {
            query?: {
                /** @description insert (default) creates customers. upsert updates the customer with the same id, else with the same external_id, else with the same e-mail, and creates the others. */
                mode?: "insert" | "upsert";
                /** @description The mapping of columns: source:target, comma-separated. A source is a header, or in JSON a path such as addresses[0].country. Join several sources with +: their values are joined with a blank. Enclose a source with a comma, colon or plus in quotes. The target - drops a column. */
                columns?: string;
                /** @description For columns that are neither known nor mapped: fail (default) refuses the file, ignore drops the columns, metadata stores them in the metadata. */
                unknown?: "fail" | "ignore" | "metadata";
                /** @description row (default) refuses a row with an invalid value. value leaves out the invalid value, reports it as a warning, and imports the customer. */
                invalid?: "row" | "value";
                /** @description The effect of an empty cell in an upsert: keep (default) or null. */
                blank?: "keep" | "null";
                /** @description Default: auto, which uses a first line sep=; or the header. */
                delimiter?: "auto" | "comma" | "semicolon" | "tab" | "pipe";
                /** @description The order of dates, which is never guessed: iso (default), dmy, mdy, ymd, or the serial numbers of excel. Separators are - / . or a blank, the month may be a name, and a time must be midnight. */
                date_format?: "iso" | "dmy" | "mdy" | "ymd" | "excel";
                /** @description abort (default) imports all rows or none. skip imports the valid rows. */
                on_error?: "abort" | "skip";
                /** @description true only checks and counts. */
                dry_run?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "text/csv": string;
                /**
                 * @example external_id	name	email	dob	country	language
                 *     C-1	Ada Lovelace		1990-04-30	GB	en
                 */
                "text/tab-separated-values": string;
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "application/csv": string;
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "application/vnd.ms-excel": string;
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "text/plain": string;
                /**
                 * @example [
                 *       {
                 *         "customer_id": "C-1",
                 *         "email": "grace@example.com",
                 *         "country": "GB",
                 *         "language": "en"
                 *       }
                 *     ]
                 */
                "application/json": Record<string, never>[] | string;
                /** @example {"customer_id":"C-1","email":"grace@example.com","country":"GB","language":"en"} */
                "application/x-ndjson": string;
                /** @example {"customer_id":"C-1","email":"grace@example.com","country":"GB","language":"en"} */
                "application/jsonl": string;
                /** @example {"customer_id":"C-1","email":"grace@example.com","country":"GB","language":"en"} */
                "application/ndjson": string;
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["NotRunning"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    previewImport: {
        parameters: {
            query?: {
                /** @description insert (default) creates customers. upsert updates the customer with the same id, else with the same external_id, else with the same e-mail, and creates the others. */
                mode?: "insert" | "upsert";
                /** @description The mapping of columns: source:target, comma-separated. A source is a header, or in JSON a path such as addresses[0].country. Join several sources with +: their values are joined with a blank. Enclose a source with a comma, colon or plus in quotes. The target - drops a column. */
                columns?: string;
                /** @description For columns that are neither known nor mapped: fail (default) refuses the file, ignore drops the columns, metadata stores them in the metadata. */
                unknown?: "fail" | "ignore" | "metadata";
                /** @description row (default) refuses a row with an invalid value. value leaves out the invalid value, reports it as a warning, and imports the customer. */
                invalid?: "row" | "value";
                /** @description The effect of an empty cell in an upsert: keep (default) or null. */
                blank?: "keep" | "null";
                /** @description Default: auto, which uses a first line sep=; or the header. */
                delimiter?: "auto" | "comma" | "semicolon" | "tab" | "pipe";
                /** @description The order of dates, which is never guessed: iso (default), dmy, mdy, ymd, or the serial numbers of excel. Separators are - / . or a blank, the month may be a name, and a time must be midnight. */
                date_format?: "iso" | "dmy" | "mdy" | "ymd" | "excel";
                /** @description How many rows to show. Default: 5. */
                rows?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "text/csv": string;
                /**
                 * @example external_id	name	email	dob	country	language
                 *     C-1	Ada Lovelace		1990-04-30	GB	en
                 */
                "text/tab-separated-values": string;
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "application/csv": string;
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "application/vnd.ms-excel": string;
                /**
                 * @example external_id,name,email,dob,country,language
                 *     C-1,Ada Lovelace,,1990-04-30,GB,en
                 */
                "text/plain": string;
                /**
                 * @example [
                 *       {
                 *         "customer_id": "C-1",
                 *         "email": "grace@example.com",
                 *         "country": "GB",
                 *         "language": "en"
                 *       }
                 *     ]
                 */
                "application/json": Record<string, never>[] | string;
                /** @example {"customer_id":"C-1","email":"grace@example.com","country":"GB","language":"en"} */
                "application/x-ndjson": string;
                /** @example {"customer_id":"C-1","email":"grace@example.com","country":"GB","language":"en"} */
                "application/jsonl": string;
                /** @example {"customer_id":"C-1","email":"grace@example.com","country":"GB","language":"en"} */
                "application/ndjson": string;
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPreviewResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    listImports: {
        parameters: {
            query?: {
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    cancelImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotRunning"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    listImportErrors: {
        parameters: {
            query?: {
                /** @description Only problems with this code. */
                code?: "required" | "unknown_field" | "type" | "length" | "format" | "date" | "range" | "enum" | "blank" | "characters" | "one_of" | "common_password" | "malformed_record" | "malformed_file" | "email_taken" | "external_id_taken" | "id_taken";
                /** @description Only problems of this field, as the file names it. */
                field?: string;
                /** @description csv returns all problems at once, as an attachment. Default: json, in pages. */
                format?: "json" | "csv";
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description With format=csv: an attachment with a file name. */
                    "Content-Disposition"?: string;
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportErrorPage"];
                    "text/csv": string;
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    exportCustomers: {
        parameters: {
            query?: {
                /** @description Default: csv. */
                format?: "csv" | "ndjson" | "json";
                /** @description true writes CSV values unchanged, without the ' before formulas. */
                raw?: boolean;
                /** @description The delimiter of CSV. Default: comma. In many countries Excel needs semicolon. */
                delimiter?: "comma" | "semicolon" | "tab";
                /** @description true writes a byte order mark at the start of CSV. Excel needs it to read UTF-8. */
                bom?: boolean;
                /** @description Only the n youngest, by date of birth and then id, both descending. */
                n?: number;
                /** @description Part of the name, the e-mail or the phone, which may be separated as in +49 (30) 1234. Upper and lower case, accents and the width of characters make no difference. At least 3 characters; 2 are enough if neither is Latin, and then they must begin a word. */
                q?: string;
                /** @description The whole name, in any case. */
                name?: string;
                /** @description The whole e-mail, in any case. */
                email?: string;
                /** @description The whole external id. Case matters. */
                external_id?: string;
                /** @description ISO 3166-1 alpha-2, in any case. */
                country?: string;
                /** @description ISO 639-1, in any case. */
                language?: string;
                /** @description A telephone number. A number with + or 00 in front becomes E.164. Of other numbers the digits are kept. */
                phone?: string;
                /** @description Up to three keys with their exact values, written metadata[plan]=gold. */
                metadata?: {
                    [key: string]: string;
                };
                /** @description Born on this day or later. */
                dob_from?: string;
                /** @description Born on this day or earlier. */
                dob_to?: string;
                /** @description Changed at this time or later. Do not use it to keep a copy in sync: it misses deletions, and changes that become visible late. GET /events misses neither. */
                updated_since?: string;
                /** @description Returns the deleted customers instead; for admins only. */
                deleted?: "only";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description An attachment with a file name. */
                    "Content-Disposition"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                    "application/x-ndjson": string;
                    "application/json": {
                        [key: string]: unknown;
                    }[] | string;
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    runBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to retry the request: for 24 hours the same key returns the first successful response again, or 404 if an object in it was erased meanwhile. Another request with the key is 422. Keys belong to one account. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The response is that of an earlier request with the same Idempotency-Key. */
                    "Idempotency-Replayed"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["EmailTakenOrExternalIdTakenOrIdempotencyInProgress"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    getCustomerStatistics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatisticsResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    listCustomers: {
        parameters: {
            query?: {
                /** @description The n youngest instead of a page. Cannot be combined with limit, cursor and sort. */
                n?: number;
                /** @description Default: -created_at. Missing values are last in ascending and first in descending order. */
                sort?: "created_at" | "-created_at" | "updated_at" | "-updated_at" | "name" | "-name" | "dob" | "-dob";
                /** @description Part of the name, the e-mail or the phone, which may be separated as in +49 (30) 1234. Upper and lower case, accents and the width of characters make no difference. At least 3 characters; 2 are enough if neither is Latin, and then they must begin a word. */
                q?: string;
                /** @description The whole name, in any case. */
                name?: string;
                /** @description The whole e-mail, in any case. */
                email?: string;
                /** @description The whole external id. Case matters. */
                external_id?: string;
                /** @description ISO 3166-1 alpha-2, in any case. */
                country?: string;
                /** @description ISO 639-1, in any case. */
                language?: string;
                /** @description A telephone number. A number with + or 00 in front becomes E.164. Of other numbers the digits are kept. */
                phone?: string;
                /** @description Up to three keys with their exact values, written metadata[plan]=gold. */
                metadata?: {
                    [key: string]: string;
                };
                /** @description Born on this day or later. */
                dob_from?: string;
                /** @description Born on this day or earlier. */
                dob_to?: string;
                /** @description Changed at this time or later. Do not use it to keep a copy in sync: it misses deletions, and changes that become visible late. GET /events misses neither. */
                updated_since?: string;
                /** @description Returns the deleted customers instead; for admins only. */
                deleted?: "only";
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    replaceCustomerByExternalId: {
        parameters: {
            query: {
                /** @description The id of the customer in your system. */
                external_id: string;
            };
            header?: {
                /** @description `*` only creates: 412 if the object exists. */
                "If-None-Match"?: string;
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["EmailTaken"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    createCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to retry the request: for 24 hours the same key returns the first successful response again, or 404 if an object in it was erased meanwhile. Another request with the key is 422. Keys belong to one account. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    /** @description The response is that of an earlier request with the same Idempotency-Key. */
                    "Idempotency-Replayed"?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["EmailTakenOrExternalIdTakenOrIdempotencyInProgress"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    updateCustomerByExternalId: {
        parameters: {
            query: {
                /** @description The id of the customer in your system. */
                external_id: string;
            };
            header?: {
                /** @description `*` only creates: 412 if the object exists. */
                "If-None-Match"?: string;
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
                "application/merge-patch+json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["EmailTaken"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    getCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of your copy. If it is current, the response is 304. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            /** @description Not modified. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    replaceCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["EmailTakenOrExternalIdTaken"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    deleteCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    updateCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomerBody"];
                "application/merge-patch+json": components["schemas"]["CustomerBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["EmailTakenOrExternalIdTaken"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    restoreCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to retry the request: for 24 hours the same key returns the first successful response again, or 404 if an object in it was erased meanwhile. Another request with the key is 422. Keys belong to one account. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    /** @description The response is that of an earlier request with the same Idempotency-Key. */
                    "Idempotency-Replayed"?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["EmailTakenOrExternalIdTakenOrIdempotencyInProgressOrNotDeleted"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    getCustomerHistory: {
        parameters: {
            query?: {
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEventPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    exportPersonalData: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonalDataResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    eraseCustomer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to retry the request: for 24 hours the same key returns the first successful response again, or 404 if an object in it was erased meanwhile. Another request with the key is 422. Keys belong to one account. */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    /** @description The response is that of an earlier request with the same Idempotency-Key. */
                    "Idempotency-Replayed"?: string;
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["IdempotencyInProgress"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    readEvents: {
        parameters: {
            query?: {
                /** @description `now` returns no events and a cursor for this moment. `start` begins with the oldest stored event. */
                from?: "now" | "start";
                /** @description `page.next_cursor` of the previous page, with the same types. */
                cursor?: string;
                /** @description Events per page. Default: 100. */
                limit?: number;
                /** @description Types, comma-separated. Default: all of customer.created, customer.updated, customer.deleted, customer.restored, customer.erased, user.created, user.updated, user.deleted. */
                types?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["CursorExpired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWebhookBody"];
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    /** @description The address of the new object. */
                    Location?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            409: components["responses"]["WebhookLimit"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrEncryptionUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of your copy. If it is current, the response is 304. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            /** @description Not modified. */
            304: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            412: components["responses"]["PreconditionFailed"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWebhookBody"];
                "application/merge-patch+json": components["schemas"]["UpdateWebhookBody"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["EventsGone"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            428: components["responses"]["PreconditionRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    changeWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecretResponse"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidTokenOrReauthenticationRequired"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrEncryptionUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["UnavailableOrEncryptionUnavailable"];
            default: components["responses"]["Default"];
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description Only deliveries in this state. */
                state?: "pending" | "succeeded" | "failed";
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    retryWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                delivery_id: string;
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["ForbiddenOrPersonRequired"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["NotFailed"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description Rows per page, by default 20. */
                limit?: number;
                /** @description `page.next_cursor` of the previous page. Filters and sort must be the same. */
                cursor?: string;
                /** @description `exact` adds `page.total`. Counting takes time. */
                count?: "exact";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    Link: components["headers"]["Link"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["PersonRequired"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    revokeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done, without a response body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            401: components["responses"]["UnauthenticatedOrInvalidToken"];
            403: components["responses"]["PersonRequired"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    getSigningKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    RateLimit: components["headers"]["RateLimit"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/jwk-set+json": {
                        keys: Record<string, never>[];
                    };
                };
            };
            400: components["responses"]["MalformedRequestOrValidationFailed"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Default"];
        };
    };
    receiveEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description The id of the event, the same for every attempt. Ignore an id that you have processed. */
                "webhook-id": string;
                /** @description The time of this attempt in seconds since the epoch. Refuse old requests. */
                "webhook-timestamp": string;
                /** @description For each secret, `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`, separated by blanks. The key of the HMAC is the decoded base64 after `whsec_`. */
                "webhook-signature": string;
                /** @description W3C Trace Context: the trace of the request that caused the event, if it had one. The signature does not cover it. */
                traceparent?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEvent"];
            };
        };
        responses: {
            /** @description The endpoint no longer exists. The service disables the webhook. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The receiver has processed or stored the event. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The service sends the event again later. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
