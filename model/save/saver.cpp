// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/saver.h"

#include "model/base/text.h"
#include "model/save/certificate.h"
#include "model/save/safetensorswriter.h"
#include "model/save/torchzipwriter.h"
#include "model/save/verify.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <chrono>
#include <sys/stat.h>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Save", text);
}

/// Whether `path` leads to the very file that is open as `file`.
bool isSameFile(const QString &path, const InputFile &file)
{
    struct stat status = {};
    return ::stat(QFile::encodeName(path).constData(), &status) == 0 && quint64(status.st_dev) == file.identity().device
        && quint64(status.st_ino) == file.identity().inode;
}

bool isSource(const Checkpoint &checkpoint, const QString &path)
{
    const auto &files = checkpoint.files();
    return std::any_of(files.begin(), files.end(), [&](const auto &file) { return isSameFile(path, *file); });
}

Error usage(const QString &message)
{
    return {Error::Kind::Usage, message};
}

/// What makes no sense together, whatever the disk holds.
Result<void> checkOptions(const SaveOptions &options)
{
    const bool isTorch = options.format == OutputFormat::Torch;
    if (!isTorch && !options.rootKey.empty())
        return usage(tr("A safetensors file holds tensors alone: it cannot keep them under the key “%1”.")
                         .arg(displayName(options.rootKey)));
    if (!isTorch && options.keepObjects)
        return usage(tr("A safetensors file holds tensors alone: other objects can be kept in a torch file only."));
    if (isTorch && !options.metadata.empty())
        return usage(tr("A torch file has no metadata of its own: it can be given to a safetensors file only."));
    if (options.keepObjects && !options.rootKey.empty())
        return usage(
            tr("Objects are kept with the state dict in its own place, so it cannot be put under “%1” as well.")
                .arg(displayName(options.rootKey)));
    return {};
}

/// What would be written where it must not.
Result<void> checkPaths(const Checkpoint &checkpoint, const SaveOptions &options)
{
    if (options.path.isEmpty())
        return usage(tr("No file name was given to save to."));
    if (!options.overSource && isSource(checkpoint, options.path)) {
        return Error{
            Error::Kind::Unwritable,
            tr("“%1” is the open source file, and writing over it was not asked for.").arg(shownPath(options.path)),
            options.path};
    }
    if (options.certificatePath.isEmpty())
        return {};
    if (QFileInfo(options.certificatePath).absoluteFilePath() == QFileInfo(options.path).absoluteFilePath())
        return usage(
            tr("The certificate cannot have the name of the file it is about, “%1”.").arg(shownPath(options.path)));
    if (isSource(checkpoint, options.certificatePath)) {
        return Error{Error::Kind::Unwritable,
                     tr("“%1” is the open source file: the certificate cannot replace it.")
                         .arg(shownPath(options.certificatePath)),
                     options.certificatePath};
    }
    return {};
}

Result<Layout> makeLayout(const Plan &plan, const SaveOptions &options)
{
    if (const auto ok = checkOptions(options); !ok)
        return ok.error();
    if (const auto ok = checkOutputs(plan); !ok)
        return ok.error();
    return options.format == OutputFormat::Torch ? torchLayout(plan, options) : safetensorsLayout(plan, options);
}

Result<void> checkSources(const Checkpoint &checkpoint)
{
    for (const auto &file : checkpoint.files()) {
        if (const auto same = file->checkUnchanged(); !same)
            return same;
    }
    return {};
}

bool isComputed(const Piece &piece)
{
    return std::holds_alternative<const Expression *>(piece.source);
}

/// Whether anything needs LibTorch: zeros do not.
bool needsEvaluator(const Layout &layout)
{
    return std::any_of(layout.pieces.begin(), layout.pieces.end(), [](const Piece &piece) {
        return isComputed(piece) && piece.bytes > 0 && !isZeros(*std::get<const Expression *>(piece.source));
    });
}

qint64 sumBytes(const Layout &layout, bool (*counts)(const Piece &))
{
    qint64 sum = 0;
    for (const Piece &piece : layout.pieces)
        sum += counts(piece) ? piece.bytes : 0;
    return sum;
}

bool isCopied(const Piece &piece)
{
    return !isComputed(piece);
}

Findings overflowFindings(const Plan &plan, const Layout &layout, const Transferred &transferred)
{
    Findings findings;
    for (std::size_t i = 0; i < plan.outputs.size() && !transferred.overflowed.empty(); ++i) {
        const auto found = transferred.overflowed.find(layout.outputs[i].piece);
        if (found == transferred.overflowed.end())
            continue;
        const Row &row = plan.outputs[i];
        findings.push_back(
            {Finding::Severity::Warning,
             "overflow",
             tr("%1 values of “%2” do not fit the dtype %3.")
                 .arg(exactText(found->second), displayName(row.name), QString::fromLatin1(word(row.value->dtype))),
             {std::string(row.name)}});
    }
    return findings;
}

/// Asks the caller whether to stop, and reports nothing: re-opening counts other things than bytes written.
class StopOnly final : public Progress
{
public:
    explicit StopOnly(const Progress &progress) : m_progress(progress) {}
    bool stopRequested() const override { return m_progress.stopRequested(); }

private:
    const Progress &m_progress;
};

/// The steps of one save, with what they hand on to each other.
class Saver
{
public:
    Saver(const Plan &plan, const SaveOptions &options, Progress &progress, const SaveTools &tools, Layout layout)
        : m_plan(plan)
        , m_options(options)
        , m_progress(progress)
        , m_tools(tools)
        , m_layout(std::move(layout))
        , m_count(progress, totalBytes())
    {}

    Result<SaveReport> run()
    {
        const auto started = std::chrono::steady_clock::now();
        for (const auto step : {&Saver::prepare, &Saver::write, &Saver::check, &Saver::certify, &Saver::commit}) {
            if (const auto done = (this->*step)(); !done)
                return done.error();
        }
        SaveReport report;
        report.path = m_file->path();
        report.format = m_options.format;
        report.bytes = m_layout.bytes;
        report.tensors = qint64(m_plan.outputs.size());
        report.copiedBytes = sumBytes(m_layout, isCopied);
        report.computedBytes = sumBytes(m_layout, isComputed);
        report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        report.device = device();
        report.certificatePath = m_options.certificatePath;
        report.findings = m_layout.findings;
        append(report.findings, overflowFindings(m_plan, m_layout, m_transferred));
        return report;
    }

private:
    const Checkpoint &checkpoint() const { return *m_plan.checkpoint; }
    bool isCertified() const { return !m_options.certificatePath.isEmpty(); }
    QString device() const { return m_evaluator ? m_evaluator->device() : QStringLiteral("cpu"); }

    qint64 totalBytes() const
    {
        const qint64 values = sumBytes(m_layout, [](const Piece &) { return true; });
        return isCertified() ? values + checkpoint().bytesOnDisk() + m_layout.bytes : values;
    }

    /// All that can fail before a byte is written.
    Result<void> prepare()
    {
        if (const auto same = checkSources(checkpoint()); !same)
            return same;
        if (const auto going = m_count.check(); !going)
            return going;
        if (needsEvaluator(m_layout)) {
            auto evaluator = m_tools.loadEvaluator(m_options.device);
            if (!evaluator)
                return evaluator.error();
            m_evaluator = *std::move(evaluator);
        }
        auto file = AtomicFile::create(m_options.path, m_options.existing, m_layout.bytes);
        if (!file)
            return file.error();
        m_file = *std::move(file);
        if (!isCertified())
            return {};
        auto certificate = AtomicFile::create(m_options.certificatePath, m_options.existing, 0);
        if (!certificate)
            return certificate.error();
        m_certificate = *std::move(certificate);
        return {};
    }

    Result<void> write()
    {
        auto transferred = transfer(m_layout, m_plan.checkpoint, m_evaluator.get(),
                                    isCertified() ? Hashing::Contents : Hashing::None, *m_file, m_count);
        // A source that was changed explains a failure better than what the failure says.
        if (transferred || transferred.error().kind == Error::Kind::Unreadable) {
            if (const auto same = checkSources(checkpoint()); !same)
                return same;
        }
        if (!transferred)
            return transferred.error();
        m_transferred = *std::move(transferred);
        return {};
    }

    Result<void> check()
    {
        StopOnly progress(m_progress);
        auto written = m_tools.openCheckpoint(m_file->temporaryPath(), progress);
        if (!written) {
            if (written.error().kind == Error::Kind::Cancelled)
                return written.error();
            return Error{Error::Kind::DoesNotHold,
                         tr("The file written for “%1” cannot be read back, so it was removed: %2")
                             .arg(shownPath(m_file->path()), written.error().message),
                         m_file->path()};
        }
        m_written = *std::move(written);
        auto found = verify(m_plan, m_layout, *m_written);
        if (!found)
            return found.error();
        m_found = *std::move(found);
        return {};
    }

    Result<void> certify()
    {
        if (!isCertified())
            return {};
        CertificateFacts facts{m_options.created, device(), {}, {}, {}};
        if (facts.created.empty())
            facts.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
        const WholeFile digests = m_options.sha256 ? WholeFile::Xxh3AndSha256 : WholeFile::Xxh3;
        for (const auto &file : checkpoint().files()) {
            auto digest = digestFile(*file, digests, m_count);
            if (!digest)
                return digest.error();
            facts.sources.push_back(*std::move(digest));
        }
        auto output = digestFile(*m_written->files().front(), digests, m_count);
        if (!output)
            return output.error();
        facts.output = *std::move(output);
        facts.output.path = m_options.path;
        auto contents = contentHashes();
        if (!contents)
            return contents.error();
        facts.contents = *std::move(contents);
        const std::string text = certificateText(m_plan, facts);
        return m_certificate->writeAt(0, std::as_bytes(std::span(text)));
    }

    /// Of every output: the piece's where that is the tensor's own, else read from the new file.
    Result<std::vector<ContentHash>> contentHashes()
    {
        std::vector<ContentHash> hashes;
        TensorBytes bytes(m_written);
        for (std::size_t i = 0; i < m_layout.outputs.size(); ++i) {
            const Placement &placement = m_layout.outputs[i];
            if (placement.isWholePiece) {
                hashes.push_back(m_transferred.hashes[placement.piece]);
                continue;
            }
            auto hash = hashTensor(bytes, m_written->tensors()[m_found[i]]);
            if (!hash)
                return hash.error();
            hashes.push_back(*hash);
        }
        return hashes;
    }

    Result<ContentHash> hashTensor(TensorBytes &bytes, const Tensor &tensor)
    {
        constexpr qint64 blockElements = 1 << 16;
        const qint64 count = Checkpoint::elements(tensor);
        const qint64 size = byteSize(tensor.dtype);
        ContentHasher hasher;
        std::vector<std::byte> buffer;
        for (qint64 first = 0; first < count; first += blockElements) {
            buffer.resize(std::size_t(std::min(blockElements, count - first) * size));
            if (const auto read = bytes.read(tensor, first, buffer); !read)
                return read.error();
            hasher.add(buffer);
            if (const auto going = m_count.check(); !going)
                return going.error();
        }
        return hasher.result();
    }

    Result<void> commit()
    {
        if (const auto same = checkSources(checkpoint()); !same)
            return same;
        if (const auto going = m_count.check(); !going)
            return going;
        if (const auto done = m_file->commit(); !done || !m_certificate)
            return done;
        const auto certified = m_certificate->commit();
        if (certified)
            return {};
        Error error = certified.error();
        error.message =
            tr("“%1” was saved, but its certificate was not: %2").arg(shownPath(m_file->path()), error.message);
        return error;
    }

    const Plan &m_plan;
    const SaveOptions &m_options;
    Progress &m_progress;
    const SaveTools &m_tools;
    const Layout m_layout;
    ByteCount m_count;
    std::shared_ptr<Evaluator> m_evaluator;
    std::unique_ptr<AtomicFile> m_file;
    std::unique_ptr<AtomicFile> m_certificate;
    Transferred m_transferred;
    std::shared_ptr<const Checkpoint> m_written;
    std::vector<TensorIndex> m_found; ///< the tensor of m_written that each output became
};
}

Result<SaveReport> save(const Plan &plan, const SaveOptions &options, Progress &progress, const SaveTools &tools)
{
    auto layout = makeLayout(plan, options);
    if (!layout)
        return layout.error();
    if (const auto ok = checkPaths(*plan.checkpoint, options); !ok)
        return ok.error();
    return Saver(plan, options, progress, tools, *std::move(layout)).run();
}

Result<SavePreview> previewSave(const Plan &plan, const SaveOptions &options)
{
    const auto layout = makeLayout(plan, options);
    if (!layout)
        return layout.error();
    SavePreview preview;
    preview.tensors = qint64(plan.outputs.size());
    preview.bytes = layout->bytes;
    preview.copiedBytes = sumBytes(*layout, isCopied);
    preview.computedBytes = sumBytes(*layout, isComputed);
    preview.freeBytes = std::max<qint64>(AtomicFile::freeBytes(options.path), 0);
    preview.findings = layout->findings;
    return preview;
}
