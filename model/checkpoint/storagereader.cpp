// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/checkpoint/storagereader.h"

#include "model/base/text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstring>
#include <zlib.h>

namespace {
constexpr qint64 keptWhole = 64 << 20;
constexpr std::size_t blockBytes = 256 << 10;

QString tr(const char *text)
{
    return QCoreApplication::translate("StorageReader", text);
}
}

/// One raw deflate stream of a file, read forwards.
class StorageReader::Inflater
{
public:
    Inflater(StorageId id, const Storage &storage, const InputFile &file) : m_id(id), m_storage(storage), m_file(file)
    {
        m_begun = inflateInit2(&m_stream, -MAX_WBITS) == Z_OK;
    }
    ~Inflater()
    {
        if (m_begun)
            inflateEnd(&m_stream);
    }
    Inflater(const Inflater &) = delete;
    Inflater &operator=(const Inflater &) = delete;

    StorageId id() const { return m_id; }
    Result<void> read(qint64 offset, std::span<std::byte> out);

private:
    Result<void> keepWhole();
    Result<void> restart();
    /// The next `out.size()` bytes of the stream.
    Result<void> next(std::span<std::byte> out);
    Result<void> refill();
    Error damaged() const
    {
        return {Error::Kind::Damaged,
                tr("A compressed part of “%1”, at byte %2, is damaged: it should give %3 bytes and stops after %4.")
                    .arg(displayName(m_file.path().toStdString()))
                    .arg(m_storage.offset)
                    .arg(m_storage.bytes)
                    .arg(m_position),
                m_file.path(), m_storage.offset};
    }

    const StorageId m_id;
    const Storage &m_storage;
    const InputFile &m_file;
    z_stream m_stream{};
    bool m_begun = false;
    qint64 m_position = 0; ///< inflated so far
    qint64 m_taken = 0; ///< packed bytes handed to zlib so far
    std::vector<std::byte> m_packed;
    std::vector<std::byte> m_skipped;
    std::vector<std::byte> m_whole;
};

Result<void> StorageReader::Inflater::read(qint64 offset, std::span<std::byte> out)
{
    if (!m_begun)
        return Error{Error::Kind::OutOfMemory,
                     tr("There is not enough memory to unpack “%1”.").arg(displayName(m_file.path().toStdString())),
                     m_file.path()};
    if (m_storage.bytes <= keptWhole) {
        if (const Result<void> kept = keepWhole(); !kept)
            return kept;
        std::copy_n(m_whole.begin() + offset, out.size(), out.begin());
        return {};
    }
    if (offset < m_position) {
        if (const Result<void> restarted = restart(); !restarted)
            return restarted;
    }
    m_skipped.resize(blockBytes);
    while (m_position < offset) {
        const qint64 step = std::min(offset - m_position, qint64(m_skipped.size()));
        if (const Result<void> skipped = next(std::span(m_skipped).first(std::size_t(step))); !skipped)
            return skipped;
    }
    return next(out);
}

Result<void> StorageReader::Inflater::keepWhole()
{
    if (qint64(m_whole.size()) == m_storage.bytes)
        return {};
    std::vector<std::byte> whole(static_cast<std::size_t>(m_storage.bytes));
    if (const Result<void> restarted = restart(); !restarted)
        return restarted;
    if (const Result<void> inflated = next(whole); !inflated)
        return inflated;
    m_whole = std::move(whole);
    return {};
}

Result<void> StorageReader::Inflater::restart()
{
    m_position = m_taken = 0;
    m_stream.avail_in = 0;
    return inflateReset(&m_stream) == Z_OK ? Result<void>() : damaged();
}

Result<void> StorageReader::Inflater::refill()
{
    m_packed.resize(blockBytes);
    const qint64 size = std::min(m_storage.packed - m_taken, qint64(m_packed.size()));
    if (size <= 0)
        return damaged();
    const auto block = std::span(m_packed).first(std::size_t(size));
    if (const Result<void> read = m_file.readAt(m_storage.offset + m_taken, block); !read)
        return read;
    m_taken += size;
    m_stream.next_in = reinterpret_cast<Bytef *>(block.data());
    m_stream.avail_in = uInt(size);
    return {};
}

Result<void> StorageReader::Inflater::next(std::span<std::byte> out)
{
    while (!out.empty()) {
        if (m_stream.avail_in == 0) {
            if (const Result<void> filled = refill(); !filled)
                return filled;
        }
        const std::size_t room = std::min(out.size(), std::size_t(1) << 30);
        m_stream.next_out = reinterpret_cast<Bytef *>(out.data());
        m_stream.avail_out = uInt(room);
        const int status = inflate(&m_stream, Z_NO_FLUSH);
        const std::size_t made = room - m_stream.avail_out;
        m_position += qint64(made);
        out = out.subspan(made);
        if (status == Z_STREAM_END ? !out.empty() : status != Z_OK && status != Z_BUF_ERROR)
            return damaged();
    }
    return {};
}

StorageReader::StorageReader(const Checkpoint &checkpoint) : m_checkpoint(checkpoint) {}
StorageReader::~StorageReader() = default;

Result<void> StorageReader::read(StorageId id, qint64 offset, std::span<std::byte> out)
{
    const Storage &storage = m_checkpoint.storages()[quint32(id)];
    if (offset < 0 || offset > storage.bytes || qint64(out.size()) > storage.bytes - offset) {
        const QString path =
            m_checkpoint.files().empty() ? m_checkpoint.path() : m_checkpoint.files()[storage.file]->path();
        return Error{Error::Kind::Damaged,
                     tr("“%1” has %2 bytes where %3 are asked for at byte %4.")
                         .arg(displayName(path.toStdString()))
                         .arg(storage.bytes)
                         .arg(out.size())
                         .arg(offset),
                     path};
    }
    switch (storage.encoding) {
    case Storage::Encoding::Raw: return m_checkpoint.files()[storage.file]->readAt(storage.offset + offset, out);
    case Storage::Encoding::Inline:
        if (!out.empty())
            std::memcpy(out.data(), m_checkpoint.inlineBytes().data() + storage.offset + offset, out.size());
        return {};
    case Storage::Encoding::Deflated: return readInflated(id, offset, out);
    }
    return {};
}

Result<void> StorageReader::readInflated(StorageId id, qint64 offset, std::span<std::byte> out)
{
    if (out.empty())
        return {};
    if (!m_inflater || m_inflater->id() != id) {
        const Storage &storage = m_checkpoint.storages()[quint32(id)];
        m_inflater = std::make_unique<Inflater>(id, storage, *m_checkpoint.files()[storage.file]);
    }
    return m_inflater->read(offset, out);
}
