#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "data/store.h"

// What a browser keeps to show later that it has signed in to an account before, so that whoever
// guesses at the password elsewhere does not shut its owner out. It opens nothing by itself.
//
// The server stores nothing of it: it is a random number and its HMAC under the account's password
// hash, which never leaves the server. So a changed password makes all of them void.
namespace keepline::logic {

/// A new one, for a browser that has just proved to know the password behind `account`.
std::string new_device(base::Random& random, const data::Credentials& account);

/// Whether `device` was made for this account and its present password.
bool is_device_of(std::string_view device, const data::Credentials& account);

}  // namespace keepline::logic
