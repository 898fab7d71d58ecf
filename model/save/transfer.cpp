// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/transfer.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <libdeflate.h>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

namespace {
constexpr qint64 blockBytes = 4 << 20; ///< a stop check for each
constexpr qint64 kernelBytes = 128 << 10; ///< from here on a kernel copy beats a read and a write
constexpr qint64 readBackBytes = 256 << 10; ///< stays in the processor's cache
constexpr qint64 blocksAhead = 16; ///< how far workers run ahead of the hasher: its reads hit the page cache
constexpr qint64 alignment = 16; ///< a multiple of every element size

QString tr(const char *text)
{
    return QCoreApplication::translate("Transfer", text);
}

/// All pieces one after another, each starting at a multiple of `alignment`, cut into blocks of equal length: so a
/// block boundary never splits an element, and the block with number n can be found without looking at others.
class BlockMap
{
public:
    struct Part
    {
        quint32 piece;
        qint64 begin; ///< inside the piece
        qint64 bytes;
    };

    explicit BlockMap(const Layout &layout) : m_layout(layout)
    {
        m_starts.reserve(layout.pieces.size() + 1);
        qint64 at = 0;
        for (const Piece &piece : layout.pieces) {
            m_starts.push_back(at);
            at += (piece.bytes + alignment - 1) / alignment * alignment;
        }
        m_starts.push_back(at);
    }

    qint64 count() const { return (m_starts.back() + blockBytes - 1) / blockBytes; }

    /// Call `visit(Part) -> Result<void>` for each stretch of a piece inside block `n`, in order.
    template<typename Visit>
    Result<void> forEach(qint64 n, Visit visit) const
    {
        const qint64 begin = n * blockBytes;
        const qint64 end = begin + blockBytes;
        auto piece = std::upper_bound(m_starts.begin(), m_starts.end() - 1, begin) - m_starts.begin() - 1;
        for (; piece < qint64(m_layout.pieces.size()) && m_starts[std::size_t(piece)] < end; ++piece) {
            const qint64 start = m_starts[std::size_t(piece)];
            const qint64 first = std::max(begin, start) - start;
            const qint64 last = std::min(end - start, m_layout.pieces[std::size_t(piece)].bytes);
            if (first >= last)
                continue;
            if (const auto ok = visit(Part{quint32(piece), first, last - first}); !ok)
                return ok;
        }
        return {};
    }

private:
    const Layout &m_layout;
    std::vector<qint64> m_starts;
};

/// Produces blocks: one on each worker. Big plain ranges go through the kernel; all else is gathered in a buffer, so
/// that many small tensors cost one write.
class BlockWriter
{
public:
    BlockWriter(const Layout &layout, const BlockMap &map, const std::shared_ptr<const Checkpoint> &checkpoint,
                Evaluator *evaluator, AtomicFile &file)
        : m_layout(layout)
        , m_map(map)
        , m_checkpoint(*checkpoint)
        , m_tensorBytes(checkpoint)
        , m_readSource([this](TensorIndex tensor, qint64 firstElement, std::span<std::byte> out) {
            return m_tensorBytes.read(m_checkpoint.tensors()[tensor], firstElement, out);
        })
        , m_evaluator(evaluator)
        , m_file(file)
    {}

    Result<void> write(qint64 block)
    {
        m_gathered.clear();
        m_first = m_last = -1;
        const auto done = m_map.forEach(block, [this](const BlockMap::Part &part) { return writePart(part); });
        if (!done)
            return done;
        if (const auto flushed = flush(); !flushed)
            return flushed;
        if (m_first >= 0)
            m_file.startWriteback(m_first, m_last - m_first);
        return {};
    }

    BlockWriter(const BlockWriter &) = delete;
    BlockWriter &operator=(const BlockWriter &) = delete;

    const std::map<quint32, qint64> &overflowed() const { return m_overflowed; }

private:
    Result<void> writePart(const BlockMap::Part &part)
    {
        const Piece &piece = m_layout.pieces[part.piece];
        const qint64 offset = piece.offset + part.begin;
        if (m_first < 0)
            m_first = offset;
        m_last = offset + part.bytes;
        const auto *range = std::get_if<FileRange>(&piece.source);
        if (range && part.bytes >= kernelBytes) {
            if (const auto flushed = flush(); !flushed)
                return flushed;
            return m_file.copyFrom(*m_checkpoint.files()[range->file], range->offset + part.begin, offset, part.bytes);
        }
        if (offset != m_gatheredAt + qint64(m_gathered.size())) {
            if (const auto flushed = flush(); !flushed)
                return flushed;
            m_gatheredAt = offset;
        }
        m_gathered.resize(m_gathered.size() + std::size_t(part.bytes));
        return produce(piece, part, std::span(m_gathered).last(std::size_t(part.bytes)));
    }

    Result<void> produce(const Piece &piece, const BlockMap::Part &part, std::span<std::byte> out)
    {
        if (const auto *range = std::get_if<FileRange>(&piece.source))
            return m_checkpoint.files()[range->file]->readAt(range->offset + part.begin, out);
        if (const auto *tensor = std::get_if<const Tensor *>(&piece.source))
            return m_tensorBytes.read(**tensor, part.begin / byteSize((*tensor)->dtype), out);
        const Expression &value = *std::get<const Expression *>(piece.source);
        if (isZeros(value)) {
            std::fill(out.begin(), out.end(), std::byte(0));
            return {};
        }
        qint64 overflowed = 0;
        const auto done =
            m_evaluator->evaluate(value, m_readSource, part.begin / byteSize(value.dtype), out, &overflowed);
        if (overflowed > 0)
            m_overflowed[part.piece] += overflowed;
        return done;
    }

    Result<void> flush()
    {
        const auto written = m_file.writeAt(m_gatheredAt, m_gathered);
        m_gatheredAt += qint64(m_gathered.size());
        m_gathered.clear();
        return written;
    }

    const Layout &m_layout;
    const BlockMap &m_map;
    const Checkpoint &m_checkpoint;
    TensorBytes m_tensorBytes;
    ReadSource m_readSource;
    Evaluator *m_evaluator;
    AtomicFile &m_file;
    std::vector<std::byte> m_gathered;
    qint64 m_gatheredAt = 0;
    qint64 m_first = -1; ///< of the block, in the file
    qint64 m_last = -1;
    std::map<quint32, qint64> m_overflowed;
};

/// Which block is next, which are written, and whether to go on: shared by the workers and their follower.
class Schedule
{
public:
    explicit Schedule(qint64 blocks) : m_written(std::size_t(blocks), false) {}

    /// The next block to write; nothing when all are taken, or the work has ended. Waits while too far ahead.
    std::optional<qint64> take()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_stopped || isAllTaken() || m_next < m_followed + blocksAhead; });
        if (m_stopped || isAllTaken())
            return std::nullopt;
        return m_next++;
    }

    void finish(qint64 block, const Result<void> &result)
    {
        const std::lock_guard lock(m_mutex);
        m_written[std::size_t(block)] = true;
        if (!result && (!m_error || block < m_errorBlock)) {
            m_error = result.error();
            m_errorBlock = block;
            m_stopped = true;
        }
        m_changed.notify_all();
    }

    /// Whether `block` was written within a moment. An Error when a worker failed.
    Result<bool> waitFor(qint64 block)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, std::chrono::milliseconds(100),
                           [&] { return m_error || m_written[std::size_t(block)]; });
        if (m_error)
            return *m_error;
        return bool(m_written[std::size_t(block)]);
    }

    /// The follower is done with `block`.
    void follow(qint64 block)
    {
        const std::lock_guard lock(m_mutex);
        m_followed = block + 1;
        m_changed.notify_all();
    }

    void stop()
    {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
        m_changed.notify_all();
    }

private:
    bool isAllTaken() const { return m_next == qint64(m_written.size()); }

    std::mutex m_mutex; ///< guards all below
    std::condition_variable m_changed;
    std::vector<bool> m_written;
    qint64 m_next = 0;
    qint64 m_followed = 0;
    bool m_stopped = false;
    std::optional<Error> m_error;
    qint64 m_errorBlock = 0;
};

/// Follows the workers block by block and digests what they wrote, as it is in the file.
class Follower
{
public:
    Follower(const Layout &layout, Hashing hashing, const AtomicFile &file, Transferred &result)
        : m_layout(layout)
        , m_hashing(hashing)
        , m_file(file)
        , m_result(result)
    {
        if (layout.needsCrc)
            result.crcs.resize(layout.pieces.size());
        if (hashing == Hashing::Contents) {
            m_hasher.reset();
            result.hashes.assign(layout.pieces.size(), m_hasher.result());
        }
    }

    bool isNeeded() const { return m_layout.needsCrc || m_hashing == Hashing::Contents; }

    Result<void> digest(const BlockMap::Part &part)
    {
        if (part.begin == 0) {
            m_hasher.reset();
            m_crc = 0;
        }
        const Piece &piece = m_layout.pieces[part.piece];
        for (qint64 done = 0; done < part.bytes;) {
            const auto bytes = std::span(m_buffer).first(std::size_t(std::min(part.bytes - done, readBackBytes)));
            if (const auto read = m_file.readAt(piece.offset + part.begin + done, bytes); !read)
                return read;
            if (m_hashing == Hashing::Contents)
                m_hasher.add(bytes);
            if (m_layout.needsCrc)
                m_crc = libdeflate_crc32(m_crc, bytes.data(), bytes.size());
            done += qint64(bytes.size());
        }
        if (part.begin + part.bytes < piece.bytes)
            return {};
        if (m_layout.needsCrc)
            m_result.crcs[part.piece] = m_crc;
        if (m_hashing == Hashing::Contents)
            m_result.hashes[part.piece] = m_hasher.result();
        return {};
    }

private:
    const Layout &m_layout;
    Hashing m_hashing;
    const AtomicFile &m_file;
    Transferred &m_result;
    ContentHasher m_hasher;
    quint32 m_crc = 0;
    std::vector<std::byte> m_buffer = std::vector<std::byte>(readBackBytes);
};

Result<void> follow(const BlockMap &map, Schedule &schedule, Follower &follower, ByteCount &count)
{
    for (qint64 block = 0; block < map.count(); ++block) {
        for (;;) {
            const Result<bool> written = schedule.waitFor(block);
            if (!written)
                return written.error();
            if (*written)
                break;
            if (const auto going = count.check(); !going)
                return going;
        }
        qint64 bytes = 0;
        const auto digested = map.forEach(block, [&](const BlockMap::Part &part) {
            bytes += part.bytes;
            return follower.isNeeded() ? follower.digest(part) : Result<void>();
        });
        if (!digested)
            return digested;
        schedule.follow(block);
        if (const auto going = count.add(bytes); !going)
            return going;
    }
    return {};
}

void work(Schedule &schedule, BlockWriter &writer)
{
    while (const auto block = schedule.take()) {
        try {
            schedule.finish(*block, writer.write(*block));
        } catch (const std::bad_alloc &) {
            schedule.finish(*block, Error{Error::Kind::OutOfMemory, tr("There is not enough memory to save.")});
        }
    }
}

std::size_t workerCount(const Layout &layout)
{
    const bool computes = std::any_of(layout.pieces.begin(), layout.pieces.end(), [](const Piece &piece) {
        return !std::holds_alternative<FileRange>(piece.source);
    });
    constexpr unsigned copiers = 2; // one reads while the other writes
    constexpr unsigned most = 8; // keeps what is in flight below 100 MB
    return computes ? std::clamp(std::thread::hardware_concurrency(), copiers, most) : copiers;
}
}

Result<void> ByteCount::add(qint64 bytes)
{
    m_done += bytes;
    m_progress.report(m_done, m_total);
    return check();
}

Result<void> ByteCount::check() const
{
    if (m_progress.stopRequested())
        return Error{Error::Kind::Cancelled, {}};
    return {};
}

Result<Transferred> transfer(const Layout &layout, const std::shared_ptr<const Checkpoint> &checkpoint,
                             Evaluator *evaluator, Hashing hashing, AtomicFile &file, ByteCount &count)
{
    const BlockMap map(layout);
    Schedule schedule(map.count());
    std::vector<std::unique_ptr<BlockWriter>> writers;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < workerCount(layout); ++i) {
        writers.push_back(std::make_unique<BlockWriter>(layout, map, checkpoint, evaluator, file));
        threads.emplace_back([&schedule, writer = writers.back().get()] { work(schedule, *writer); });
    }
    Transferred result;
    Follower follower(layout, hashing, file, result);
    const auto followed = follow(map, schedule, follower, count);
    schedule.stop();
    for (std::thread &thread : threads)
        thread.join();
    if (!followed)
        return followed.error();
    for (const auto &writer : writers) {
        for (const auto &[piece, values] : writer->overflowed())
            result.overflowed[piece] += values;
    }
    for (const Literal &literal : layout.literals(result.crcs)) {
        if (const auto written = file.writeAt(literal.offset, std::as_bytes(std::span(literal.bytes))); !written)
            return written.error();
    }
    return result;
}
