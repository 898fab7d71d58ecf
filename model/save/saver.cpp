// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/save/saver.h"

#include "model/base/text.h"
#include "model/save/certificate.h"
#include "model/save/fileset.h"
#include "model/save/saveparts.h"
#include "model/save/shards.h"
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

/// Files of earlier saves by this name: a save that may be cut into shards replaces them as a whole.
QStringList earlierSave(const SaveOptions &options)
{
    return options.maxShardBytes > 0 ? earlierFiles(options.path) : QStringList();
}

/// What would be replaced, or go with what is replaced, and must not.
Result<void> checkReplaced(const Checkpoint &checkpoint, const SaveOptions &options, const QStringList &files)
{
    for (const QString &path : files + earlierSave(options)) {
        if (!isSource(checkpoint, path))
            continue;
        const bool isOnlyFile = files.size() == 1 && path == options.path;
        if (isOnlyFile && options.overSource)
            continue;
        const QString reason = isOnlyFile
            ? tr("“%1” is the open source file, and writing over it was not asked for.")
            : tr("“%1” is an open source file, which shards cannot replace: save them under another name.");
        return Error{Error::Kind::Unwritable, reason.arg(shownPath(path)), path};
    }
    return {};
}

Result<void> checkCertificatePath(const Checkpoint &checkpoint, const QString &path, const QStringList &files)
{
    const auto absolute = [](const QString &name) { return QFileInfo(name).absoluteFilePath(); };
    for (const QString &file : files) {
        if (absolute(file) == absolute(path))
            return usage(
                tr("The certificate cannot have the name of the file it is about, “%1”.").arg(shownPath(file)));
    }
    if (isSource(checkpoint, path)) {
        return Error{Error::Kind::Unwritable,
                     tr("“%1” is the open source file: the certificate cannot replace it.").arg(shownPath(path)), path};
    }
    return {};
}

/// What would be written where it must not.
Result<void> checkPaths(const Checkpoint &checkpoint, const SaveOptions &options, const QStringList &files)
{
    if (options.path.isEmpty())
        return usage(tr("No file name was given to save to."));
    if (const auto ok = checkReplaced(checkpoint, options, files); !ok)
        return ok;
    if (!options.certificatePath.isEmpty())
        return checkCertificatePath(checkpoint, options.certificatePath, files);
    return {};
}

Result<void> checkSources(const Checkpoint &checkpoint)
{
    for (const auto &file : checkpoint.files()) {
        if (const auto same = file->checkUnchanged(); !same)
            return same;
    }
    return {};
}

Findings overflowFindings(const SavePart &part, const Transferred &transferred)
{
    Findings findings;
    for (std::size_t i = 0; i < part.plan.outputs.size() && !transferred.overflowed.empty(); ++i) {
        const auto found = transferred.overflowed.find(part.layout.outputs[i].piece);
        if (found == transferred.overflowed.end())
            continue;
        const Row &row = part.plan.outputs[i];
        findings.push_back(
            {Finding::Severity::Warning,
             "overflow",
             tr("%1 values of “%2” do not fit the dtype %3.")
                 .arg(exactText(found->second), displayName(row.name), QString::fromLatin1(word(row.value->dtype))),
             {std::string(row.name)}});
    }
    return findings;
}

/// A file just written, as our own reader opened it.
struct Reopened
{
    std::shared_ptr<const Checkpoint> checkpoint;
    std::vector<TensorIndex> tensors; ///< what each output of the part became
};

/// The steps of one save, with what they hand on to each other.
class Saver
{
public:
    Saver(const Plan &plan, const SaveOptions &options, Progress &progress, const SaveTools &tools, SaveParts save)
        : m_plan(plan)
        , m_options(options)
        , m_progress(progress)
        , m_tools(tools)
        , m_save(std::move(save))
        , m_count(progress, totalBytes())
    {
        m_facts.contents.resize(plan.outputs.size());
    }

    Result<SaveReport> run()
    {
        const auto started = std::chrono::steady_clock::now();
        for (const auto step :
             {&Saver::prepare, &Saver::writeParts, &Saver::writeIndex, &Saver::certify, &Saver::commit}) {
            if (const auto done = (this->*step)(); !done)
                return done.error();
        }
        SaveReport report;
        report.path = m_files.last().path();
        report.files = m_save.files();
        report.format = m_options.format;
        report.bytes = m_save.bytes();
        report.tensors = m_save.tensors();
        report.copiedBytes = m_save.copiedBytes();
        report.computedBytes = m_save.computedBytes();
        report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        report.device = device();
        report.certificatePath = m_options.certificatePath;
        report.findings = std::move(m_save.findings);
        return report;
    }

private:
    const Checkpoint &checkpoint() const { return *m_plan.checkpoint; }
    bool isCertified() const { return !m_options.certificatePath.isEmpty(); }
    bool hasIndex() const { return !m_save.indexPath.isEmpty(); }
    QString device() const { return m_evaluator ? m_evaluator->device() : QStringLiteral("cpu"); }
    WholeFile digests() const { return m_options.sha256 ? WholeFile::Xxh3AndSha256 : WholeFile::Xxh3; }

    qint64 totalBytes() const
    {
        const qint64 values = m_save.copiedBytes() + m_save.computedBytes();
        return isCertified() ? values + checkpoint().bytesOnDisk() + m_save.bytes() : values;
    }

    /// All that can fail before a byte is written.
    Result<void> prepare()
    {
        if (const auto same = checkSources(checkpoint()); !same)
            return same;
        if (const auto going = m_count.check(); !going)
            return going;
        if (m_save.needsEvaluator()) {
            auto evaluator = m_tools.loadEvaluator(m_options.device);
            if (!evaluator)
                return evaluator.error();
            m_evaluator = *std::move(evaluator);
        }
        if (const auto ready = prepareFiles(); !ready || !isCertified())
            return ready;
        auto certificate = AtomicFile::create(m_options.certificatePath, m_options.existing, 0);
        if (!certificate)
            return certificate.error();
        m_certificate = *std::move(certificate);
        return {};
    }

    Result<void> prepareFiles()
    {
        m_outdated = earlierSave(m_options);
        if (m_options.existing == SaveOptions::Existing::Refuse && !m_outdated.isEmpty()) {
            return Error{
                Error::Kind::Unwritable,
                tr("“%1” exists already, and replacing it was not asked for.").arg(shownPath(m_outdated.front())),
                m_outdated.front()};
        }
        if (m_options.maxShardBytes > 0)
            removeUnfinished(m_options.path);
        std::vector<FileSet::Member> members;
        for (const SavePart &part : m_save.parts)
            members.push_back({part.path, part.layout.bytes});
        if (hasIndex())
            members.push_back({m_save.indexPath, qint64(m_save.index.size())});
        for (const FileSet::Member &member : members)
            m_outdated.removeAll(member.path);
        auto files =
            FileSet::create(members, hasIndex() ? FileSet::LastIs::Index : FileSet::LastIs::File, m_options.existing);
        if (!files)
            return files.error();
        m_files = *std::move(files);
        return {};
    }

    /// Write, check and certify one file after another, so that no more than one is open for reading.
    Result<void> writeParts()
    {
        for (std::size_t i = 0; i < m_save.parts.size(); ++i) {
            const SavePart &part = m_save.parts[i];
            const auto transferred = write(part, m_files[i]);
            if (!transferred)
                return transferred.error();
            append(m_save.findings, overflowFindings(part, *transferred));
            const auto reopened = reopen(part, m_files[i]);
            if (!reopened)
                return reopened.error();
            if (!isCertified())
                continue;
            if (const auto done = digest(part, *transferred, *reopened); !done)
                return done;
        }
        return {};
    }

    Result<Transferred> write(const SavePart &part, AtomicFile &file)
    {
        auto transferred = transfer(part.layout, m_plan.checkpoint, m_evaluator.get(),
                                    isCertified() ? Hashing::Contents : Hashing::None, file, m_count);
        // A source that was changed explains a failure better than what the failure says.
        if (transferred || transferred.error().kind == Error::Kind::Unreadable) {
            if (const auto same = checkSources(checkpoint()); !same)
                return same.error();
        }
        return transferred;
    }

    Result<Reopened> reopen(const SavePart &part, const AtomicFile &file)
    {
        StopOnly progress(m_progress);
        auto written = m_tools.openCheckpoint(file.temporaryPath(), progress);
        if (!written) {
            if (written.error().kind == Error::Kind::Cancelled)
                return written.error();
            return Error{Error::Kind::DoesNotHold,
                         tr("The file written for “%1” cannot be read back, so it was removed: %2")
                             .arg(shownPath(file.path()), written.error().message),
                         file.path()};
        }
        auto found = verify(part.plan, part.layout, **written);
        if (!found)
            return found.error();
        return Reopened{*std::move(written), *std::move(found)};
    }

    Result<void> digest(const SavePart &part, const Transferred &transferred, const Reopened &reopened)
    {
        if (const auto done = digestOutput(*reopened.checkpoint->files().front(), part.path); !done)
            return done;
        TensorBytes bytes(reopened.checkpoint);
        StopOnly progress(m_progress);
        ByteCount uncounted(progress, 0);
        for (std::size_t i = 0; i < part.outputs.size(); ++i) {
            ContentHash &content = m_facts.contents[part.outputs[i]];
            const Placement &placement = part.layout.outputs[i];
            if (placement.isWholePiece) {
                content = transferred.hashes[placement.piece];
                continue;
            }
            const auto hash = digestTensor(bytes, reopened.checkpoint->tensors()[reopened.tensors[i]], uncounted);
            if (!hash)
                return hash.error();
            content = *hash;
        }
        return {};
    }

    Result<void> digestOutput(const InputFile &file, const QString &path)
    {
        auto output = digestFile(file, digests(), m_count);
        if (!output)
            return output.error();
        output->path = path;
        m_facts.outputs.push_back(*std::move(output));
        return {};
    }

    Result<void> writeIndex()
    {
        if (!hasIndex())
            return {};
        const AtomicFile &file = m_files.last();
        if (const auto written = m_files.last().writeAt(0, std::as_bytes(std::span(m_save.index)));
            !written || !isCertified())
            return written;
        const auto reopened = InputFile::open(file.temporaryPath());
        return reopened ? digestOutput(**reopened, m_save.indexPath) : reopened.error();
    }

    Result<void> certify()
    {
        if (!isCertified())
            return {};
        m_facts.device = device();
        m_facts.created = m_options.created;
        if (m_facts.created.empty())
            m_facts.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
        for (const auto &file : checkpoint().files()) {
            auto digest = digestFile(*file, digests(), m_count);
            if (!digest)
                return digest.error();
            m_facts.sources.push_back(*std::move(digest));
        }
        const std::string text = certificateText(m_plan, m_facts);
        return m_certificate->writeAt(0, std::as_bytes(std::span(text)));
    }

    Result<void> commit()
    {
        if (const auto same = checkSources(checkpoint()); !same)
            return same;
        if (const auto going = m_count.check(); !going)
            return going;
        if (const auto done = m_files.commit(m_outdated); !done || !m_certificate)
            return done;
        const auto certified = m_certificate->commit();
        if (certified)
            return {};
        Error error = certified.error();
        error.message =
            tr("“%1” was saved, but its certificate was not: %2").arg(shownPath(m_files.last().path()), error.message);
        return error;
    }

    const Plan &m_plan;
    const SaveOptions &m_options;
    Progress &m_progress;
    const SaveTools &m_tools;
    SaveParts m_save;
    ByteCount m_count;
    std::shared_ptr<Evaluator> m_evaluator;
    FileSet m_files;
    QStringList m_outdated; ///< of an earlier save, not among m_files
    std::unique_ptr<AtomicFile> m_certificate;
    CertificateFacts m_facts;
};
}

Result<SaveReport> save(const Plan &plan, const SaveOptions &options, Progress &progress, const SaveTools &tools)
{
    auto parts = saveParts(plan, options);
    if (!parts)
        return parts.error();
    if (const auto ok = checkPaths(*plan.checkpoint, options, parts->files()); !ok)
        return ok.error();
    return Saver(plan, options, progress, tools, *std::move(parts)).run();
}

Result<SavePreview> previewSave(const Plan &plan, const SaveOptions &options)
{
    auto parts = saveParts(plan, options);
    if (!parts)
        return parts.error();
    SavePreview preview;
    preview.tensors = parts->tensors();
    preview.files = parts->files();
    preview.bytes = parts->bytes();
    preview.copiedBytes = parts->copiedBytes();
    preview.computedBytes = parts->computedBytes();
    preview.freeBytes = std::max<qint64>(AtomicFile::freeBytes(options.path), 0);
    preview.findings = std::move(parts->findings);
    return preview;
}
