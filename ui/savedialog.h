// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/save.h"
#include "ui/savefields.h"

#include <QDialog>
#include <QElapsedTimer>

#include <array>

class Document;
class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

/// Save as: what will be written before, how far it is meanwhile, what was verified after. Not modal: the window stays
/// usable while it saves.
class SaveDialog final : public QDialog
{
    Q_OBJECT

public:
    SaveDialog(Document *document, QWidget *parent);
    /// Propose a path beside the open file and show what would be written.
    void begin();
    SaveFields *fields() const { return m_fields; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void reject() override;

private:
    enum Page { Before, During, After };

    QWidget *makeBefore();
    QWidget *makeDuring();
    QWidget *makeAfter();
    void refresh();
    void showPreview(const Result<SavePreview> &preview);
    void start();
    void showProgress(qint64 done, qint64 total);
    void showReport(const SaveReport &report);
    void showFailure(const Error &error);
    void showPage(Page page);
    void fitHeight();
    QString filesText(const QStringList &files, qint64 most) const;
    QString previewText(const SavePreview &preview) const;
    QString fitText() const;
    QString loadSnippet() const;

    Document *m_document;
    SaveFields *m_fields;
    std::array<QWidget *, 3> m_pages{}; ///< one of them is shown
    Page m_page = Before;
    QLabel *m_preview;
    QLabel *m_problem;
    QLabel *m_rate;
    QProgressBar *m_bar;
    QLabel *m_result;
    QPushButton *m_save;
    QPushButton *m_cancel;
    QPushButton *m_folder;
    QPushButton *m_snippet;
    QElapsedTimer m_clock;
    SaveReport m_report;
    bool m_isFresh = false; ///< just opened: the keyboard goes to the button once there is something to save
    bool m_isOurs = false; ///< the running save was started here
};
