// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <utility>
#include <variant>

/// Why an operation failed: what kind of failure, and one sentence for the user.
struct Error
{
    /// What the caller can do about it. `exitCode()` in `app/exitcode.h` maps each kind to a process exit code.
    enum class Kind {
        Usage, ///< the command line makes no sense
        DoesNotHold, ///< everything worked, but what was asked is not true (fit not complete, verification failed)
        NotFound, ///< no such file
        Unreadable, ///< no permission, an I/O error, or the file changed while it was read
        NotThisFormat, ///< not ours: try the next reader
        Damaged, ///< ours, but broken
        Unsupported, ///< recognised and named, but not something this version opens or computes
        BadRecipe, ///< recipe text or a step in it, a failed `assert` or `required`, a collision
        BadTarget, ///< the target cannot be used
        Unwritable, ///< exists without permission to replace it, or the folder cannot be written
        OutOfSpace, ///< the disk is full
        OutOfMemory,
        Device, ///< LibTorch or a GPU cannot be used
        Cancelled, ///< the user asked to stop: say nothing
    };

    Kind kind = Kind::Damaged;
    QString message; ///< a whole sentence that names the file, key or step, with the expected and the found
    QString path = {}; ///< file concerned, if any
    qint64 offset = -1; ///< byte in that file, if known
    int line = 0; ///< line of a text file, from 1; 0: none
    int column = 0; ///< column, from 1; 0: none
};

/// A value or an Error. Same members as std::expected, so that it can become an alias in C++23.
template<typename T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_state(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return m_state.index() == 0; }
    T &operator*() & { return *std::get_if<0>(&m_state); }
    const T &operator*() const & { return *std::get_if<0>(&m_state); }
    T &&operator*() && { return std::move(*std::get_if<0>(&m_state)); }
    T *operator->() { return std::get_if<0>(&m_state); }
    const T *operator->() const { return std::get_if<0>(&m_state); }
    const Error &error() const { return *std::get_if<1>(&m_state); }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error: `return {};` is success.
template<>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)), m_ok(false) {}

    explicit operator bool() const { return m_ok; }
    const Error &error() const { return m_error; }

private:
    Error m_error;
    bool m_ok = true;
};
