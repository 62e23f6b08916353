export interface paths {
    "/api/v1/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register an account */
        post: operations["auth_register"];
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
         * @description With the password and exactly one of username, email and mobile.
         */
        post: operations["auth_logIn"];
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
         * @description Within the grace (10 s by default) the token before the newest gets the same successor again. A token older than that is taken for stolen: its session ends.
         */
        post: operations["auth_refresh"];
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
         * @description From the next request on every instance refuses the tokens of the ended sessions. Takes an access token as Bearer, or a refresh token in the body or as Bearer.
         */
        post: operations["auth_logOut"];
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
        /** List users */
        get: operations["users_list"];
        put?: never;
        /** Create a user */
        post: operations["users_create"];
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
        /** Read a user */
        get: operations["users_get"];
        /**
         * Replace a user
         * @description A missing field is cleared; a missing role or status stays.
         */
        put: operations["users_replace"];
        post?: never;
        /**
         * Delete a user for good
         * @description Ends all its sessions; its name and addresses are free again.
         */
        delete: operations["users_remove"];
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description A missing field stays as it is; null clears it.
         */
        patch: operations["users_modify"];
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
         * @description All other sessions end.
         */
        put: operations["users_changePassword"];
        post?: never;
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
        /** List a user's sessions, newest first */
        get: operations["users_listSessions"];
        put?: never;
        post?: never;
        /** End all of a user's sessions */
        delete: operations["users_endSessions"];
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
         * @description `?n=5` gives the five youngest: by date of birth, then id, both descending.
         */
        get: operations["customers_list"];
        put?: never;
        /**
         * Create a customer
         * @description With at least one of name, email and external_id.
         */
        post: operations["customers_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a customer */
        get: operations["customers_get"];
        /**
         * Replace a customer
         * @description A missing field is cleared.
         */
        put: operations["customers_replace"];
        post?: never;
        /**
         * Delete a customer
         * @description Soft: gone from every read, its e-mail and external id free again.
         */
        delete: operations["customers_remove"];
        options?: never;
        head?: never;
        /**
         * Change a customer
         * @description A missing field stays as it is; null clears it (RFC 7396).
         */
        patch: operations["customers_modify"];
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List my sessions, newest first */
        get: operations["sessions_list"];
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
        /** End one of my sessions */
        delete: operations["sessions_end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
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
            /** @description Accepted and ignored. */
            readonly version?: number;
            /**
             * @description Unique, whatever the case.
             * @example jane.doe
             */
            username?: string | null;
            /**
             * Format: email
             * @description Unique, whatever the case; kept as sent.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description Unique; spaces, dots, dashes and brackets are dropped.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /** @example Jane Doe */
            name?: string | null;
            /**
             * @description In any case.
             * @example female
             * @enum {string|null}
             */
            gender?: "female" | "male" | "other" | null;
            /**
             * Format: password
             * @description 8 to 128 characters of any kind; not the own name or address.
             * @example correct horse battery staple
             */
            password: string;
            /**
             * @description Only the role that registration gives.
             * @example user
             * @enum {string|null}
             */
            role?: "admin" | "user" | "viewer" | "guest" | null;
        };
        UserResponse: {
            /**
             * Format: uuid
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /** @example jane.doe */
            username: string | null;
            /** @example jane@example.com */
            email: string | null;
            /** @example +4915123456789 */
            mobile: string | null;
            /** @example Jane Doe */
            name: string | null;
            /**
             * @example female
             * @enum {string|null}
             */
            gender: "female" | "male" | "other" | null;
            /**
             * @example user
             * @enum {string}
             */
            role: "admin" | "user" | "viewer" | "guest";
            /**
             * @example active
             * @enum {string}
             */
            status: "active" | "pending" | "disabled";
            /**
             * Format: date-time
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T07:00:00.000Z
             */
            updated_at: string;
            /**
             * @description Counts changes; the ETag is made from it.
             * @example 1
             */
            version: number;
        };
        LoginBody: {
            /** @example jane.doe */
            username?: string | null;
            /**
             * Format: email
             * @example jane@example.com
             */
            email?: string | null;
            /** @example +49 151 23456789 */
            mobile?: string | null;
            /**
             * Format: password
             * @example correct horse battery staple
             */
            password: string;
        };
        TokenPairResponse: {
            /**
             * @description For the Authorization header of every request.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2lnbmF0dXJl
             */
            access_token: string;
            /**
             * @description For POST /auth/refresh; good for one use.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCJ9.e30.c2lnbmF0dXJl
             */
            refresh_token: string;
            /**
             * @example Bearer
             * @enum {string}
             */
            token_type: "Bearer";
            /**
             * @description Seconds that the access token has left.
             * @example 600
             */
            expires_in: number;
            /**
             * @description Seconds that the refresh token has left.
             * @example 2592000
             */
            refresh_expires_in: number;
        };
        RefreshTokenBody: {
            /**
             * @description The refresh token; when it is missing, the one that is sent as Bearer counts.
             * @example eyJhbGciOiJIUzI1NiIsInR5cCI6InJ0K2p3dCJ9.e30.c2lnbmF0dXJl
             */
            refresh_token?: string | null;
        };
        PageInfo: {
            /** @example 20 */
            limit: number;
            /**
             * @description Whether rows follow this page.
             * @example false
             */
            has_more: boolean;
            /**
             * @description The `cursor` of the next page; null on the last one.
             * @example null
             */
            next_cursor: string | null;
            /**
             * @description All matching rows, with `count=exact` only.
             * @example 1
             */
            total?: number;
        };
        UserPage: {
            data: components["schemas"]["UserResponse"][];
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
            /** @description Accepted and ignored. */
            readonly version?: number;
            /**
             * @description Unique, whatever the case.
             * @example jane.doe
             */
            username?: string | null;
            /**
             * Format: email
             * @description Unique, whatever the case; kept as sent.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description Unique; spaces, dots, dashes and brackets are dropped.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /** @example Jane Doe */
            name?: string | null;
            /**
             * @description In any case.
             * @example female
             * @enum {string|null}
             */
            gender?: "female" | "male" | "other" | null;
            /**
             * Format: password
             * @description Without one, the account waits for a password reset.
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
            /** @description Accepted and ignored. */
            readonly version?: number;
            /**
             * @description Unique, whatever the case.
             * @example jane.doe
             */
            username?: string | null;
            /**
             * Format: email
             * @description Unique, whatever the case; kept as sent.
             * @example jane@example.com
             */
            email?: string | null;
            /**
             * @description Unique; spaces, dots, dashes and brackets are dropped.
             * @example +49 151 23456789
             */
            mobile?: string | null;
            /** @example Jane Doe */
            name?: string | null;
            /**
             * @description In any case.
             * @example female
             * @enum {string|null}
             */
            gender?: "female" | "male" | "other" | null;
            /**
             * @description Another than the present one: admins only.
             * @enum {string|null}
             */
            role?: "admin" | "user" | "viewer" | "guest" | null;
            /**
             * @description Another than the present one: admins only.
             * @enum {string|null}
             */
            status?: "active" | "pending" | "disabled" | null;
            /**
             * Format: password
             * @description Needed to change the own email or mobile.
             * @example correct horse battery staple
             */
            current_password?: string | null;
        };
        ChangePasswordBody: {
            /**
             * Format: password
             * @example correct horse battery staple
             */
            old_password: string;
            /**
             * Format: password
             * @description 8 to 128 characters of any kind; not the own name or address.
             * @example six crows over the harbour
             */
            new_password: string;
        };
        SessionResponse: {
            /**
             * Format: uuid
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /**
             * Format: date-time
             * @description When the log-in was.
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @description The log-in or the last refresh.
             * @example 2026-11-20T09:30:00.000Z
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description When it ends unless it is ended before.
             * @example 2026-12-20T07:00:00.000Z
             */
            expires_at: string;
            /** @example 203.0.113.7 */
            ip: string | null;
            /** @example curl/8.5.0 */
            user_agent: string | null;
            /**
             * @description Whether it is the session of this very request.
             * @example true
             */
            current: boolean;
        };
        SessionPage: {
            data: components["schemas"]["SessionResponse"][];
            page: components["schemas"]["PageInfo"];
        };
        CustomerResponse: {
            /**
             * Format: uuid
             * @example 01890a5d-ac96-774b-bcce-b302099a8057
             */
            id: string;
            /** @example C-2001 */
            external_id: string | null;
            /** @example Ada Lovelace */
            name: string | null;
            /** @example ada@example.com */
            email: string | null;
            /**
             * Format: date
             * @example 1990-04-30
             */
            dob: string | null;
            /** @example GB */
            country: string | null;
            /** @example en */
            language: string | null;
            /**
             * Format: date-time
             * @example 2026-11-20T07:00:00.000Z
             */
            created_at: string;
            /**
             * Format: date-time
             * @example 2026-11-20T07:00:00.000Z
             */
            updated_at: string;
            /**
             * @description Counts changes; the ETag is made from it.
             * @example 1
             */
            version: number;
        };
        CustomerPage: {
            data: components["schemas"]["CustomerResponse"][];
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
            /** @description Accepted and ignored. */
            readonly version?: number;
            /**
             * @description The id in the system that it came from; unique.
             * @example C-2001
             */
            external_id?: string | null;
            /** @example Ada Lovelace */
            name?: string | null;
            /**
             * Format: email
             * @description Unique, whatever the case; kept as sent.
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
        };
        /** @description RFC 9457. */
        Problem: {
            /** Format: uri-reference */
            type: string;
            title: string;
            status: number;
            /** @enum {string} */
            code: "malformed_request" | "validation_failed" | "unauthenticated" | "invalid_token" | "invalid_credentials" | "refresh_token_reused" | "forbidden" | "account_not_active" | "role_not_permitted" | "registration_closed" | "password_incorrect" | "not_found" | "method_not_allowed" | "request_timeout" | "username_taken" | "email_taken" | "mobile_taken" | "external_id_taken" | "last_admin" | "precondition_failed" | "payload_too_large" | "uri_too_long" | "unsupported_media_type" | "precondition_required" | "headers_too_large" | "internal_error" | "unavailable";
            detail: string;
            /** Format: uri-reference */
            instance: string;
            request_id: string;
            errors?: components["schemas"]["FieldError"][];
        };
        /** @description Exactly one of pointer, parameter and header says where the value came from. */
        FieldError: {
            /**
             * Format: json-pointer
             * @description Into the body.
             */
            pointer?: string;
            parameter?: string;
            header?: string;
            /** @enum {string} */
            code: "required" | "unknown_field" | "type" | "length" | "format" | "date" | "range" | "enum" | "blank" | "characters" | "one_of" | "common_password";
            detail: string;
        } & (unknown | unknown | unknown);
    };
    responses: {
        /**
         * @description `method_not_allowed`: The address exists, but not for this method.
         *
         *     `request_timeout`: The request did not arrive in time.
         *
         *     `payload_too_large`: The body is larger than this route takes.
         *
         *     `uri_too_long`: The URL exceeds 4 KiB.
         *
         *     `unsupported_media_type`: The body is not JSON in UTF-8.
         *
         *     `headers_too_large`: The headers exceed 16 KiB or 100 lines.
         *
         *     `internal_error`: The service failed; the failure is logged under the request id.
         */
        Default: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
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
        /** @description For If-Match and If-None-Match. */
        ETag: string;
        /** @description The next page, RFC 8288; missing on the last one. */
        Link: string;
        /** @description As sent, or made by the service; also on every line of its log. */
        "X-Request-Id": string;
        /** @description `Bearer`, with `error="invalid_token"` when a token was sent (RFC 6750). */
        "WWW-Authenticate": string;
        /** @description Seconds after which another try makes sense. */
        "Retry-After": string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    auth_register: {
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
                    /** @description Where the new object stands. */
                    Location?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `role_not_permitted`: Only an admin may give this role.
             *
             *     `registration_closed`: This service does not let strangers register.
             */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `username_taken`: Another account has this username.
             *
             *     `email_taken`: This e-mail is already in use.
             *
             *     `mobile_taken`: This number is already in use.
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    auth_logIn: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPairResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid_credentials`: No account answers to this name with this password. */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `account_not_active`: The password was right, but the account is pending or disabled. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    auth_refresh: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenPairResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             *
             *     `refresh_token_reused`: A refresh token was used again after its successor; the session was ended to be safe.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    auth_logOut: {
        parameters: {
            query?: {
                /** @description This session (default), all others of the account, or all. */
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
            /** @description Done; no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_list: {
        parameters: {
            query?: {
                /** @description Part of username, name or e-mail, in any case. */
                q?: string;
                role?: "admin" | "user" | "viewer" | "guest";
                status?: "active" | "pending" | "disabled";
                /** @description Default: -created_at. */
                sort?: "created_at" | "-created_at" | "username" | "-username" | "name" | "-name";
                /** @description Rows per page. */
                limit?: number;
                /** @description `page.next_cursor` of the page before, with the same filters and sort. */
                cursor?: string;
                /** @description `exact` adds `page.total`; counting takes time. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_create: {
        parameters: {
            query?: never;
            header?: never;
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
                    /** @description Where the new object stands. */
                    Location?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `username_taken`: Another account has this username.
             *
             *     `email_taken`: This e-mail is already in use.
             *
             *     `mobile_taken`: This number is already in use.
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of a copy: 304 when it is still the newest. */
                "If-None-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for the own account. */
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
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_replace: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for the own account. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: The account may not do this.
             *
             *     `role_not_permitted`: Only an admin may give this role.
             *
             *     `password_incorrect`: The present password of the account was missing or wrong.
             */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `username_taken`: Another account has this username.
             *
             *     `email_taken`: This e-mail is already in use.
             *
             *     `mobile_taken`: This number is already in use.
             *
             *     `last_admin`: The service would be left without an active admin.
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object has changed since it was read. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_required`: This service asks for If-Match on every change. */
            428: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_remove: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for the own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `last_admin`: The service would be left without an active admin. */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object has changed since it was read. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_required`: This service asks for If-Match on every change. */
            428: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_modify: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the object as it was read: 412 when it has changed since. */
                "If-Match"?: string;
            };
            path: {
                /** @description A UUID, or `me` for the own account. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: The account may not do this.
             *
             *     `role_not_permitted`: Only an admin may give this role.
             *
             *     `password_incorrect`: The present password of the account was missing or wrong.
             */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `username_taken`: Another account has this username.
             *
             *     `email_taken`: This e-mail is already in use.
             *
             *     `mobile_taken`: This number is already in use.
             *
             *     `last_admin`: The service would be left without an active admin.
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object has changed since it was read. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_required`: This service asks for If-Match on every change. */
            428: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, or `me` for the own account. */
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
            /** @description Done; no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `forbidden`: The account may not do this.
             *
             *     `password_incorrect`: The present password of the account was missing or wrong.
             */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_listSessions: {
        parameters: {
            query?: {
                /** @description Rows per page. */
                limit?: number;
                /** @description `page.next_cursor` of the page before, with the same filters and sort. */
                cursor?: string;
                /** @description `exact` adds `page.total`; counting takes time. */
                count?: "exact";
            };
            header?: never;
            path: {
                /** @description A UUID, or `me` for the own account. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    users_endSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description A UUID, or `me` for the own account. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done; no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    customers_list: {
        parameters: {
            query?: {
                /** @description The n youngest instead of a page; without limit, cursor and sort. */
                n?: number;
                /** @description Default: -created_at. Missing values come last ascending, first descending. */
                sort?: "created_at" | "-created_at" | "updated_at" | "-updated_at" | "name" | "-name" | "dob" | "-dob";
                /** @description The whole name, in any case. */
                name?: string;
                /** @description The whole e-mail, in any case. */
                email?: string;
                external_id?: string;
                /** @description ISO 3166-1 alpha-2, in any case. */
                country?: string;
                /** @description ISO 639-1, in any case. */
                language?: string;
                /** @description Rows per page. */
                limit?: number;
                /** @description `page.next_cursor` of the page before, with the same filters and sort. */
                cursor?: string;
                /** @description `exact` adds `page.total`; counting takes time. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerPage"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    customers_create: {
        parameters: {
            query?: never;
            header?: never;
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
                    /** @description Where the new object stands. */
                    Location?: string;
                    ETag: components["headers"]["ETag"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `email_taken`: This e-mail is already in use.
             *
             *     `external_id_taken`: Another customer has this external_id.
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    customers_get: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of a copy: 304 when it is still the newest. */
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
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    customers_replace: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `email_taken`: This e-mail is already in use.
             *
             *     `external_id_taken`: Another customer has this external_id.
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object has changed since it was read. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_required`: This service asks for If-Match on every change. */
            428: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    customers_remove: {
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
            /** @description Done; no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object has changed since it was read. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_required`: This service asks for If-Match on every change. */
            428: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    customers_modify: {
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CustomerResponse"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `forbidden`: The account may not do this. */
            403: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `email_taken`: This e-mail is already in use.
             *
             *     `external_id_taken`: Another customer has this external_id.
             */
            409: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_failed`: The object has changed since it was read. */
            412: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `payload_too_large`: The body is larger than this route takes. */
            413: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported_media_type`: The body is not JSON in UTF-8. */
            415: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `precondition_required`: This service asks for If-Match on every change. */
            428: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    sessions_list: {
        parameters: {
            query?: {
                /** @description Rows per page. */
                limit?: number;
                /** @description `page.next_cursor` of the page before, with the same filters and sort. */
                cursor?: string;
                /** @description `exact` adds `page.total`; counting takes time. */
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
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
    sessions_end: {
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
            /** @description Done; no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            /**
             * @description `malformed_request`: The request cannot be read: bad JSON or UTF-8, a duplicate key or header, too deep a nesting.
             *
             *     `validation_failed`: Fields or parameters are missing, unknown or out of bounds; `errors` lists up to twenty.
             */
            400: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /**
             * @description `unauthenticated`: The route needs a token and none was sent.
             *
             *     `invalid_token`: The token is malformed, expired, revoked or of the wrong kind.
             */
            401: {
                headers: {
                    "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not_found`: Nothing stands at this address. */
            404: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unavailable`: A part that this request needs does not answer just now. */
            503: {
                headers: {
                    "Retry-After": components["headers"]["Retry-After"];
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            default: components["responses"]["Default"];
        };
    };
}
